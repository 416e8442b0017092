import type { FileCatalogue } from './en';

export const de = {
	'drop.here': 'Dateien hier ablegen',
	'tray.label': 'Zu sendende Dateien',
	'file.preparing': 'Wird vorbereitet …',
	'file.waiting': 'Wartet …',
	'file.uploading': 'Wird hochgeladen, {percent}',
	'file.retrying': 'Wartet auf Verbindung',
	'file.checking': 'Wird geprüft …',
	'file.progress': '{name} wird hochgeladen',
	'file.cancel': 'Abbrechen',
	'file.cancelOf': 'Hochladen von {name} abbrechen',
	'file.remove': 'Entfernen',
	'file.removeOf': '{name} entfernen',
	'file.retry': 'Erneut versuchen',
	'file.retryOf': '{name} erneut versuchen',
	'file.dismiss': 'Ausblenden',
	'said.ready': '{name} kann gesendet werden.',
	'said.removed': '{name} wurde entfernt.',
	'said.failed': '{name} konnte nicht hochgeladen werden. {problem}',
	'send.later': 'Ihre Nachricht wird gesendet, sobald alle Dateien hochgeladen sind.',
	'send.wait': 'Noch nicht senden',
	'send.blocked':
		'Versuchen Sie es mit den fehlgeschlagenen Dateien erneut oder entfernen Sie sie, und senden Sie dann.',
	'image.show': '{name} anzeigen',
	'image.failed': 'Das Bild konnte nicht geladen werden.',
	'pdf.open': '{name} öffnen',
	'view.label': 'Bild',
	'view.close': 'Schließen',
	'view.next': 'Nächstes Bild',
	'view.previous': 'Vorheriges Bild',
	'view.download': 'Herunterladen',
	'view.place': '{index} von {count}',
	'error.support_uploads_off': 'Hier können Sie keine Dateien senden.',
	'error.support_upload_type':
		'Dieser Dateityp wird nicht unterstützt. Unterstützt werden {types}.',
	'error.support_upload_too_large': 'Die Datei ist zu groß. Erlaubt sind höchstens {max}.',
	'error.support_upload_empty': 'Die Datei ist leer.',
	'error.support_upload_rate_limited':
		'Zu viele Dateien auf einmal. Bitte versuchen Sie es gleich noch einmal.',
	'error.support_upload_conflict':
		'Die Datei konnte nicht hochgeladen werden. Entfernen Sie sie und wählen Sie sie erneut aus.',
	'error.support_file_empty': 'Die Datei ist leer.',
	'error.support_file_type': 'Dieser Dateityp wird nicht unterstützt. Unterstützt werden {types}.',
	'error.support_file_mismatch':
		'Der Inhalt der Datei passt nicht zu ihrem Namen. Unterstützt werden {types}.',
	'error.support_file_too_large': 'Die Datei ist zu groß. Erlaubt sind höchstens {max}.',
	'error.support_file_too_many_pixels':
		'Das Bild hat zu viele Pixel. Erlaubt sind höchstens 40 Millionen und 16.384 je Seite.',
	'error.support_file_too_complex':
		'Die Datei ist ungewöhnlich aufgebaut und kann nicht geprüft werden. Speichern Sie sie neu und versuchen Sie es noch einmal.',
	'error.support_file_active':
		'Die Datei enthält Code, der von selbst ausgeführt wird, und kann daher nicht gesendet werden.',
	'error.support_file_damaged': 'Die Datei ist beschädigt.',
	'error.support_file_checking':
		'Die Datei wird noch geprüft. Versuchen Sie es gleich noch einmal.',
	'error.support_file_missing': 'Die Datei konnte nicht hochgeladen werden.',
	'error.support_attachment_not_found': 'Eine Datei in dieser Nachricht gibt es nicht mehr.',
	'error.support_attachment_not_ready': 'Eine Datei in dieser Nachricht ist noch nicht geprüft.',
	'error.support_attachment_used': 'Eine Datei in dieser Nachricht wurde bereits gesendet.',
	'error.support_attachments_too_many':
		'Sie können höchstens {count} Dateien pro Nachricht anhängen.',
} as const satisfies FileCatalogue;
