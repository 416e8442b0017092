/**
 * The allowed values of each setting, as the columns of `support_settings` have them; a test compares the two.
 * Lengths in characters; spans and limits in the unit that the field shows.
 */
export const LIMITS = {
	appName: 60,
	url: 500,
	emailFrom: 320,
	text: 1000,
	locale: /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/,
	maxUploadMb: { min: 1, max: 50 },
	uploadTypes: ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'application/pdf'],
	messagesPerMinute: { min: 1, max: 1000 },
	inactivityMinutes: { min: 1, max: 43_200 },
	expectedReplyMinutes: { min: 1, max: 10_080 },
	maxActive: { min: 1, max: 1000 },
	failoverMinutes: { min: 1, max: 1440 },
	agentTimeoutSeconds: { min: 30, max: 3600 },
	emailDelayMinutes: { min: 0, max: 1440 },
	emailDailyCap: { min: 1, max: 1000 },
	notifyAfterMinutes: { min: 0, max: 1440 },
	notificationEmails: 20,
	emailAddress: 254,
	ruleName: 80,
	ruleAttribute: 100,
	ruleValue: 200,
	ruleWeight: { min: 1, max: 1000 },
	agentName: 80,
	agentRoles: 20,
	agentRole: 60,
	webhookUrl: 2000,
	webhookDescription: 200,
} as const;
