import type { FileCatalogue } from './en';

export const fr = {
	'drop.here': 'Déposez les fichiers ici',
	'tray.label': 'Fichiers à envoyer',
	'file.preparing': 'Préparation…',
	'file.waiting': 'En attente…',
	'file.uploading': 'Envoi : {percent}',
	'file.retrying': 'En attente de connexion',
	'file.checking': 'Vérification…',
	'file.progress': 'Envoi de {name}',
	'file.cancel': 'Annuler',
	'file.cancelOf': 'Annuler l’envoi de {name}',
	'file.remove': 'Retirer',
	'file.removeOf': 'Retirer {name}',
	'file.retry': 'Réessayer',
	'file.retryOf': 'Réessayer {name}',
	'file.dismiss': 'Masquer',
	'said.ready': '{name} est prêt à être envoyé.',
	'said.removed': '{name} a été retiré.',
	'said.failed': '{name} n’a pas pu être envoyé. {problem}',
	'send.later': 'Votre message sera envoyé dès que tous les fichiers seront prêts.',
	'send.wait': 'Ne pas envoyer tout de suite',
	'send.blocked': 'Réessayez ou retirez les fichiers en échec, puis envoyez.',
	'image.show': 'Afficher {name}',
	'image.failed': 'L’image n’a pas pu être chargée.',
	'pdf.open': 'Ouvrir {name}',
	'view.label': 'Image',
	'view.close': 'Fermer',
	'view.next': 'Image suivante',
	'view.previous': 'Image précédente',
	'view.download': 'Télécharger',
	'view.place': '{index} sur {count}',
	'error.support_uploads_off': 'Vous ne pouvez pas envoyer de fichiers ici.',
	'error.support_upload_type':
		'Ce type de fichier n’est pas pris en charge. Types acceptés : {types}.',
	'error.support_upload_too_large': 'Le fichier est trop volumineux. La limite est de {max}.',
	'error.support_upload_empty': 'Le fichier est vide.',
	'error.support_upload_rate_limited':
		'Trop de fichiers à la fois. Patientez un instant, puis réessayez.',
	'error.support_upload_conflict':
		'Le fichier n’a pas pu être envoyé. Retirez-le et choisissez-le à nouveau.',
	'error.support_file_empty': 'Le fichier est vide.',
	'error.support_file_type':
		'Ce type de fichier n’est pas pris en charge. Types acceptés : {types}.',
	'error.support_file_mismatch':
		'Le contenu du fichier ne correspond pas à son nom. Types acceptés : {types}.',
	'error.support_file_too_large': 'Le fichier est trop volumineux. La limite est de {max}.',
	'error.support_file_too_many_pixels':
		'L’image a trop de pixels. La limite est de 40 millions, et de 16 384 par côté.',
	'error.support_file_too_complex':
		'Le fichier a une structure inhabituelle et ne peut pas être vérifié. Enregistrez-le à nouveau, puis réessayez.',
	'error.support_file_active':
		'Le fichier contient du code qui s’exécute tout seul et ne peut donc pas être envoyé.',
	'error.support_file_damaged': 'Le fichier est endommagé.',
	'error.support_file_checking':
		'Le fichier est encore en cours de vérification. Réessayez dans un instant.',
	'error.support_file_missing': 'Le fichier n’a pas pu être envoyé.',
	'error.support_attachment_not_found': 'Un fichier de ce message n’existe plus.',
	'error.support_attachment_not_ready': 'Un fichier de ce message n’a pas encore été vérifié.',
	'error.support_attachment_used': 'Un fichier de ce message a déjà été envoyé.',
	'error.support_attachments_too_many':
		'Vous pouvez joindre {count} fichiers par message au maximum.',
} as const satisfies FileCatalogue;
