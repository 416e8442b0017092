export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
	public: {
		Tables: {
			support_agents: {
				Row: {
					available: boolean;
					created_at: string;
					display_name: string;
					from_role: boolean;
					last_assigned_at: string | null;
					last_seen_at: string | null;
					max_active: number | null;
					role: Database['public']['Enums']['support_agent_role'];
					tier: Database['public']['Enums']['support_agent_tier'];
					updated_at: string;
					user_id: string;
				};
				ComputedFields: never;
				Insert: {
					available?: boolean;
					created_at?: string;
					display_name: string;
					from_role?: boolean;
					last_assigned_at?: string | null;
					last_seen_at?: string | null;
					max_active?: number | null;
					role?: Database['public']['Enums']['support_agent_role'];
					tier?: Database['public']['Enums']['support_agent_tier'];
					updated_at?: string;
					user_id: string;
				};
				Update: {
					available?: boolean;
					created_at?: string;
					display_name?: string;
					from_role?: boolean;
					last_assigned_at?: string | null;
					last_seen_at?: string | null;
					max_active?: number | null;
					role?: Database['public']['Enums']['support_agent_role'];
					tier?: Database['public']['Enums']['support_agent_tier'];
					updated_at?: string;
					user_id?: string;
				};
				Relationships: [];
			};
			support_assignment_rules: {
				Row: {
					attribute: string | null;
					attribute_value: string | null;
					condition: Database['public']['Enums']['support_rule_condition'];
					created_at: string;
					enabled: boolean;
					id: number;
					name: string;
					tier: Database['public']['Enums']['support_agent_tier'];
					updated_at: string;
					weight: number;
				};
				ComputedFields: never;
				Insert: {
					attribute?: string | null;
					attribute_value?: string | null;
					condition?: Database['public']['Enums']['support_rule_condition'];
					created_at?: string;
					enabled?: boolean;
					id?: never;
					name: string;
					tier: Database['public']['Enums']['support_agent_tier'];
					updated_at?: string;
					weight?: number;
				};
				Update: {
					attribute?: string | null;
					attribute_value?: string | null;
					condition?: Database['public']['Enums']['support_rule_condition'];
					created_at?: string;
					enabled?: boolean;
					id?: never;
					name?: string;
					tier?: Database['public']['Enums']['support_agent_tier'];
					updated_at?: string;
					weight?: number;
				};
				Relationships: [];
			};
			support_attachments: {
				Row: {
					chat_id: string;
					check_expires_at: string | null;
					checked_at: string | null;
					checked_version: string | null;
					created_at: string;
					height: number | null;
					id: string;
					message_id: string | null;
					mime_type: string;
					name: string;
					path: string;
					refusal: string | null;
					size_bytes: number;
					status: Database['public']['Enums']['support_attachment_status'];
					ticket_expires_at: string;
					updated_at: string;
					uploader_id: string | null;
					width: number | null;
				};
				ComputedFields: never;
				Insert: {
					chat_id: string;
					check_expires_at?: string | null;
					checked_at?: string | null;
					checked_version?: string | null;
					created_at?: string;
					height?: number | null;
					id: string;
					message_id?: string | null;
					mime_type: string;
					name: string;
					path?: never;
					refusal?: string | null;
					size_bytes: number;
					status?: Database['public']['Enums']['support_attachment_status'];
					ticket_expires_at?: string;
					updated_at?: string;
					uploader_id?: string | null;
					width?: number | null;
				};
				Update: {
					chat_id?: string;
					check_expires_at?: string | null;
					checked_at?: string | null;
					checked_version?: string | null;
					created_at?: string;
					height?: number | null;
					id?: string;
					message_id?: string | null;
					mime_type?: string;
					name?: string;
					path?: never;
					refusal?: string | null;
					size_bytes?: number;
					status?: Database['public']['Enums']['support_attachment_status'];
					ticket_expires_at?: string;
					updated_at?: string;
					uploader_id?: string | null;
					width?: number | null;
				};
				Relationships: [
					{
						foreignKeyName: 'support_attachments_chat_id_fkey';
						columns: ['chat_id'];
						isOneToOne: false;
						referencedRelation: 'support_chats';
						referencedColumns: ['id'];
					},
					{
						foreignKeyName: 'support_attachments_message_id_fkey';
						columns: ['message_id'];
						isOneToOne: false;
						referencedRelation: 'support_messages';
						referencedColumns: ['id'];
					},
				];
			};
			support_chats: {
				Row: {
					admin_viewed_at: string | null;
					agent_id: string | null;
					archived_at: string | null;
					conversation_id: string | null;
					conversation_status: Database['public']['Enums']['support_conversation_status'] | null;
					created_at: string;
					id: string;
					last_message_at: string | null;
					last_message_preview: string | null;
					last_message_sender: Database['public']['Enums']['support_sender_type'] | null;
					last_seq: number;
					last_user_message_at: string | null;
					message_count: number;
					priority: number;
					unread: boolean;
					updated_at: string;
					user_id: string;
					waiting_since: string | null;
				};
				ComputedFields: never;
				Insert: {
					admin_viewed_at?: string | null;
					agent_id?: string | null;
					archived_at?: string | null;
					conversation_id?: string | null;
					conversation_status?: Database['public']['Enums']['support_conversation_status'] | null;
					created_at?: string;
					id?: string;
					last_message_at?: string | null;
					last_message_preview?: string | null;
					last_message_sender?: Database['public']['Enums']['support_sender_type'] | null;
					last_seq?: number;
					last_user_message_at?: string | null;
					message_count?: number;
					priority?: number;
					unread?: never;
					updated_at?: string;
					user_id: string;
					waiting_since?: string | null;
				};
				Update: {
					admin_viewed_at?: string | null;
					agent_id?: string | null;
					archived_at?: string | null;
					conversation_id?: string | null;
					conversation_status?: Database['public']['Enums']['support_conversation_status'] | null;
					created_at?: string;
					id?: string;
					last_message_at?: string | null;
					last_message_preview?: string | null;
					last_message_sender?: Database['public']['Enums']['support_sender_type'] | null;
					last_seq?: number;
					last_user_message_at?: string | null;
					message_count?: number;
					priority?: number;
					unread?: never;
					updated_at?: string;
					user_id?: string;
					waiting_since?: string | null;
				};
				Relationships: [
					{
						foreignKeyName: 'support_chats_agent_id_fkey';
						columns: ['agent_id'];
						isOneToOne: false;
						referencedRelation: 'support_agents';
						referencedColumns: ['user_id'];
					},
					{
						foreignKeyName: 'support_chats_conversation_id_fkey';
						columns: ['conversation_id'];
						isOneToOne: false;
						referencedRelation: 'support_conversations';
						referencedColumns: ['id'];
					},
				];
			};
			support_conversations: {
				Row: {
					accepted_at: string | null;
					agent_id: string | null;
					chat_id: string;
					created_at: string;
					ended_at: string | null;
					ended_by: Database['public']['Enums']['support_conversation_end'] | null;
					ended_by_id: string | null;
					feedback: string | null;
					first_response_at: string | null;
					id: string;
					last_message_at: string;
					page: string | null;
					priority: number;
					queued_at: string;
					rated_at: string | null;
					rating: number | null;
					started_at: string;
					status: Database['public']['Enums']['support_conversation_status'];
					updated_at: string;
					user_deleted_at: string | null;
					user_snapshot: NonNullable<Json>;
				};
				ComputedFields: never;
				Insert: {
					accepted_at?: string | null;
					agent_id?: string | null;
					chat_id: string;
					created_at?: string;
					ended_at?: string | null;
					ended_by?: Database['public']['Enums']['support_conversation_end'] | null;
					ended_by_id?: string | null;
					feedback?: string | null;
					first_response_at?: string | null;
					id?: string;
					last_message_at?: string;
					page?: never;
					priority?: number;
					queued_at?: string;
					rated_at?: string | null;
					rating?: number | null;
					started_at?: string;
					status?: Database['public']['Enums']['support_conversation_status'];
					updated_at?: string;
					user_deleted_at?: string | null;
					user_snapshot?: NonNullable<Json>;
				};
				Update: {
					accepted_at?: string | null;
					agent_id?: string | null;
					chat_id?: string;
					created_at?: string;
					ended_at?: string | null;
					ended_by?: Database['public']['Enums']['support_conversation_end'] | null;
					ended_by_id?: string | null;
					feedback?: string | null;
					first_response_at?: string | null;
					id?: string;
					last_message_at?: string;
					page?: never;
					priority?: number;
					queued_at?: string;
					rated_at?: string | null;
					rating?: number | null;
					started_at?: string;
					status?: Database['public']['Enums']['support_conversation_status'];
					updated_at?: string;
					user_deleted_at?: string | null;
					user_snapshot?: NonNullable<Json>;
				};
				Relationships: [
					{
						foreignKeyName: 'support_conversations_agent_id_fkey';
						columns: ['agent_id'];
						isOneToOne: false;
						referencedRelation: 'support_agents';
						referencedColumns: ['user_id'];
					},
					{
						foreignKeyName: 'support_conversations_chat_id_fkey';
						columns: ['chat_id'];
						isOneToOne: false;
						referencedRelation: 'support_chats';
						referencedColumns: ['id'];
					},
				];
			};
			support_email_preferences: {
				Row: {
					created_at: string;
					token: string;
					unsubscribed_at: string | null;
					updated_at: string;
					user_id: string;
				};
				ComputedFields: never;
				Insert: {
					created_at?: string;
					token?: string;
					unsubscribed_at?: string | null;
					updated_at?: string;
					user_id: string;
				};
				Update: {
					created_at?: string;
					token?: string;
					unsubscribed_at?: string | null;
					updated_at?: string;
					user_id?: string;
				};
				Relationships: [];
			};
			support_email_templates: {
				Row: {
					body: string;
					created_at: string;
					kind: string;
					locale: string;
					subject: string;
					updated_at: string;
				};
				ComputedFields: never;
				Insert: {
					body: string;
					created_at?: string;
					kind: string;
					locale: string;
					subject: string;
					updated_at?: string;
				};
				Update: {
					body?: string;
					created_at?: string;
					kind?: string;
					locale?: string;
					subject?: string;
					updated_at?: string;
				};
				Relationships: [];
			};
			support_faults: {
				Row: {
					created_at: string;
					last_at: string;
					message: string;
					paused_until: string | null;
					source: string;
					times: number;
				};
				ComputedFields: never;
				Insert: {
					created_at?: string;
					last_at?: string;
					message: string;
					paused_until?: string | null;
					source: string;
					times?: number;
				};
				Update: {
					created_at?: string;
					last_at?: string;
					message?: string;
					paused_until?: string | null;
					source?: string;
					times?: number;
				};
				Relationships: [];
			};
			support_messages: {
				Row: {
					attachments: NonNullable<Json>;
					chat_id: string;
					content: string;
					conversation_id: string | null;
					created_at: string;
					id: string;
					read_at: string | null;
					sender_id: string | null;
					sender_name: string | null;
					sender_type: Database['public']['Enums']['support_sender_type'];
					seq: number;
					updated_at: string;
				};
				ComputedFields: never;
				Insert: {
					attachments?: NonNullable<Json>;
					chat_id: string;
					content: string;
					conversation_id?: string | null;
					created_at?: string;
					id: string;
					read_at?: string | null;
					sender_id?: string | null;
					sender_name?: string | null;
					sender_type?: Database['public']['Enums']['support_sender_type'];
					seq: number;
					updated_at?: string;
				};
				Update: {
					attachments?: NonNullable<Json>;
					chat_id?: string;
					content?: string;
					conversation_id?: string | null;
					created_at?: string;
					id?: string;
					read_at?: string | null;
					sender_id?: string | null;
					sender_name?: string | null;
					sender_type?: Database['public']['Enums']['support_sender_type'];
					seq?: number;
					updated_at?: string;
				};
				Relationships: [
					{
						foreignKeyName: 'support_messages_chat_id_fkey';
						columns: ['chat_id'];
						isOneToOne: false;
						referencedRelation: 'support_chats';
						referencedColumns: ['id'];
					},
					{
						foreignKeyName: 'support_messages_conversation_id_fkey';
						columns: ['conversation_id'];
						isOneToOne: false;
						referencedRelation: 'support_conversations';
						referencedColumns: ['id'];
					},
				];
			};
			support_notification_attempts: {
				Row: {
					answer: string | null;
					attempt: number;
					created_at: string;
					duration_ms: number | null;
					notification_id: string;
					outcome: string;
					provider_id: string | null;
					worker: string | null;
				};
				ComputedFields: never;
				Insert: {
					answer?: string | null;
					attempt: number;
					created_at?: string;
					duration_ms?: number | null;
					notification_id: string;
					outcome: string;
					provider_id?: string | null;
					worker?: string | null;
				};
				Update: {
					answer?: string | null;
					attempt?: number;
					created_at?: string;
					duration_ms?: number | null;
					notification_id?: string;
					outcome?: string;
					provider_id?: string | null;
					worker?: string | null;
				};
				Relationships: [
					{
						foreignKeyName: 'support_notification_attempts_notification_id_fkey';
						columns: ['notification_id'];
						isOneToOne: false;
						referencedRelation: 'support_notifications';
						referencedColumns: ['id'];
					},
				];
			};
			support_notifications: {
				Row: {
					agent_id: string | null;
					attempt_started_at: string | null;
					attempts: number;
					chat_id: string | null;
					conversation_id: string | null;
					created_at: string;
					due_at: string;
					first_seq: number | null;
					id: string;
					kind: string;
					last_error: string | null;
					last_seq: number | null;
					lease_expires_at: string | null;
					note: string | null;
					provider_id: string | null;
					recipient: string | null;
					request: Json | null;
					sent_at: string | null;
					skip_reason: string | null;
					status: string;
					uncertain_since: string | null;
					updated_at: string;
					worker: string | null;
				};
				ComputedFields: never;
				Insert: {
					agent_id?: string | null;
					attempt_started_at?: string | null;
					attempts?: number;
					chat_id?: string | null;
					conversation_id?: string | null;
					created_at?: string;
					due_at: string;
					first_seq?: number | null;
					id?: string;
					kind?: string;
					last_error?: string | null;
					last_seq?: number | null;
					lease_expires_at?: string | null;
					note?: string | null;
					provider_id?: string | null;
					recipient?: string | null;
					request?: Json | null;
					sent_at?: string | null;
					skip_reason?: string | null;
					status?: string;
					uncertain_since?: string | null;
					updated_at?: string;
					worker?: string | null;
				};
				Update: {
					agent_id?: string | null;
					attempt_started_at?: string | null;
					attempts?: number;
					chat_id?: string | null;
					conversation_id?: string | null;
					created_at?: string;
					due_at?: string;
					first_seq?: number | null;
					id?: string;
					kind?: string;
					last_error?: string | null;
					last_seq?: number | null;
					lease_expires_at?: string | null;
					note?: string | null;
					provider_id?: string | null;
					recipient?: string | null;
					request?: Json | null;
					sent_at?: string | null;
					skip_reason?: string | null;
					status?: string;
					uncertain_since?: string | null;
					updated_at?: string;
					worker?: string | null;
				};
				Relationships: [
					{
						foreignKeyName: 'support_notifications_agent_id_fkey';
						columns: ['agent_id'];
						isOneToOne: false;
						referencedRelation: 'support_agents';
						referencedColumns: ['user_id'];
					},
					{
						foreignKeyName: 'support_notifications_chat_id_fkey';
						columns: ['chat_id'];
						isOneToOne: false;
						referencedRelation: 'support_chats';
						referencedColumns: ['id'];
					},
					{
						foreignKeyName: 'support_notifications_conversation_id_fkey';
						columns: ['conversation_id'];
						isOneToOne: false;
						referencedRelation: 'support_conversations';
						referencedColumns: ['id'];
					},
				];
			};
			support_schedules: {
				Row: {
					closes: string;
					created_at: string;
					id: number;
					opens: string;
					weekday: number;
				};
				ComputedFields: never;
				Insert: {
					closes: string;
					created_at?: string;
					id?: never;
					opens: string;
					weekday: number;
				};
				Update: {
					closes?: string;
					created_at?: string;
					id?: never;
					opens?: string;
					weekday?: number;
				};
				Relationships: [];
			};
			support_settings: {
				Row: {
					agent_roles: string[];
					agent_timeout: string;
					allow_view_history: boolean;
					app_name: string;
					auto_assign: boolean;
					chat_url: string | null;
					created_at: string;
					dashboard_url: string | null;
					delete_history: Database['public']['Enums']['support_history_deletion'];
					email_daily_cap: number;
					email_delay: string;
					email_enabled: boolean;
					email_from: string | null;
					email_max_delay: string;
					email_problem: string | null;
					email_problem_at: string | null;
					end_message: NonNullable<Json>;
					expected_reply_minutes: number | null;
					failover_minutes: number | null;
					id: boolean;
					inactivity_minutes: number | null;
					max_active_conversations: number | null;
					max_upload_mb: number;
					message_before_accept: boolean;
					messages_per_minute: number;
					notification_emails: string[];
					notification_locale: string;
					notify_after_minutes: number;
					notify_new_conversation: boolean;
					only_assigned_may_write: boolean;
					time_zone: string;
					unsubscribe_url: string | null;
					updated_at: string;
					upload_types: string[];
					version: number;
					webhook_private_targets: string[];
					welcome_message: NonNullable<Json>;
				};
				ComputedFields: never;
				Insert: {
					agent_roles?: string[];
					agent_timeout?: string;
					allow_view_history?: boolean;
					app_name?: string;
					auto_assign?: boolean;
					chat_url?: string | null;
					created_at?: string;
					dashboard_url?: string | null;
					delete_history?: Database['public']['Enums']['support_history_deletion'];
					email_daily_cap?: number;
					email_delay?: string;
					email_enabled?: boolean;
					email_from?: string | null;
					email_max_delay?: string;
					email_problem?: string | null;
					email_problem_at?: string | null;
					end_message?: NonNullable<Json>;
					expected_reply_minutes?: number | null;
					failover_minutes?: number | null;
					id?: boolean;
					inactivity_minutes?: number | null;
					max_active_conversations?: number | null;
					max_upload_mb?: number;
					message_before_accept?: boolean;
					messages_per_minute?: number;
					notification_emails?: string[];
					notification_locale?: string;
					notify_after_minutes?: number;
					notify_new_conversation?: boolean;
					only_assigned_may_write?: boolean;
					time_zone?: string;
					unsubscribe_url?: string | null;
					updated_at?: string;
					upload_types?: string[];
					version?: number;
					webhook_private_targets?: string[];
					welcome_message?: NonNullable<Json>;
				};
				Update: {
					agent_roles?: string[];
					agent_timeout?: string;
					allow_view_history?: boolean;
					app_name?: string;
					auto_assign?: boolean;
					chat_url?: string | null;
					created_at?: string;
					dashboard_url?: string | null;
					delete_history?: Database['public']['Enums']['support_history_deletion'];
					email_daily_cap?: number;
					email_delay?: string;
					email_enabled?: boolean;
					email_from?: string | null;
					email_max_delay?: string;
					email_problem?: string | null;
					email_problem_at?: string | null;
					end_message?: NonNullable<Json>;
					expected_reply_minutes?: number | null;
					failover_minutes?: number | null;
					id?: boolean;
					inactivity_minutes?: number | null;
					max_active_conversations?: number | null;
					max_upload_mb?: number;
					message_before_accept?: boolean;
					messages_per_minute?: number;
					notification_emails?: string[];
					notification_locale?: string;
					notify_after_minutes?: number;
					notify_new_conversation?: boolean;
					only_assigned_may_write?: boolean;
					time_zone?: string;
					unsubscribe_url?: string | null;
					updated_at?: string;
					upload_types?: string[];
					version?: number;
					webhook_private_targets?: string[];
					welcome_message?: NonNullable<Json>;
				};
				Relationships: [];
			};
			support_webhook_attempts: {
				Row: {
					attempt: number;
					created_at: string;
					delivery_id: string;
					error: string | null;
					milliseconds: number | null;
					status_code: number | null;
				};
				ComputedFields: never;
				Insert: {
					attempt: number;
					created_at?: string;
					delivery_id: string;
					error?: string | null;
					milliseconds?: number | null;
					status_code?: number | null;
				};
				Update: {
					attempt?: number;
					created_at?: string;
					delivery_id?: string;
					error?: string | null;
					milliseconds?: number | null;
					status_code?: number | null;
				};
				Relationships: [
					{
						foreignKeyName: 'support_webhook_attempts_delivery_id_fkey';
						columns: ['delivery_id'];
						isOneToOne: false;
						referencedRelation: 'support_webhook_deliveries';
						referencedColumns: ['id'];
					},
				];
			};
			support_webhook_deliveries: {
				Row: {
					attempts: number;
					attempts_before: number;
					chat_id: string | null;
					created_at: string;
					delivered_at: string | null;
					event: string;
					id: string;
					lease_expires_at: string | null;
					next_attempt_at: string;
					payload: NonNullable<Json>;
					status: string;
					updated_at: string;
					webhook_id: string;
					worker: string | null;
				};
				ComputedFields: never;
				Insert: {
					attempts?: number;
					attempts_before?: number;
					chat_id?: string | null;
					created_at?: string;
					delivered_at?: string | null;
					event: string;
					id?: string;
					lease_expires_at?: string | null;
					next_attempt_at?: string;
					payload: NonNullable<Json>;
					status?: string;
					updated_at?: string;
					webhook_id: string;
					worker?: string | null;
				};
				Update: {
					attempts?: number;
					attempts_before?: number;
					chat_id?: string | null;
					created_at?: string;
					delivered_at?: string | null;
					event?: string;
					id?: string;
					lease_expires_at?: string | null;
					next_attempt_at?: string;
					payload?: NonNullable<Json>;
					status?: string;
					updated_at?: string;
					webhook_id?: string;
					worker?: string | null;
				};
				Relationships: [
					{
						foreignKeyName: 'support_webhook_deliveries_chat_id_fkey';
						columns: ['chat_id'];
						isOneToOne: false;
						referencedRelation: 'support_chats';
						referencedColumns: ['id'];
					},
					{
						foreignKeyName: 'support_webhook_deliveries_webhook_id_fkey';
						columns: ['webhook_id'];
						isOneToOne: false;
						referencedRelation: 'support_webhooks';
						referencedColumns: ['id'];
					},
				];
			};
			support_webhooks: {
				Row: {
					created_at: string;
					description: string;
					disabled_reason: string | null;
					enabled: boolean;
					events: string[];
					failing_since: string | null;
					id: string;
					last_delivered_at: string | null;
					last_error: string | null;
					last_failed_at: string | null;
					previous_secret_id: string | null;
					previous_secret_until: string | null;
					secret_id: string;
					updated_at: string;
					url: string;
				};
				ComputedFields: never;
				Insert: {
					created_at?: string;
					description?: string;
					disabled_reason?: string | null;
					enabled?: boolean;
					events: string[];
					failing_since?: string | null;
					id?: string;
					last_delivered_at?: string | null;
					last_error?: string | null;
					last_failed_at?: string | null;
					previous_secret_id?: string | null;
					previous_secret_until?: string | null;
					secret_id: string;
					updated_at?: string;
					url: string;
				};
				Update: {
					created_at?: string;
					description?: string;
					disabled_reason?: string | null;
					enabled?: boolean;
					events?: string[];
					failing_since?: string | null;
					id?: string;
					last_delivered_at?: string | null;
					last_error?: string | null;
					last_failed_at?: string | null;
					previous_secret_id?: string | null;
					previous_secret_until?: string | null;
					secret_id?: string;
					updated_at?: string;
					url?: string;
				};
				Relationships: [];
			};
		};
		Views: {
			[_ in never]: never;
		};
		Functions: {
			archive_support_chat: {
				Args: { p_chat_id: string };
				Returns: Database['public']['CompositeTypes']['support_chat_list_item'];
				SetofOptions: {
					from: '*';
					to: 'support_chat_list_item';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			begin_support_upload: {
				Args: {
					p_chat_id: string;
					p_id: string;
					p_mime_type: string;
					p_name: string;
					p_size_bytes: number;
				};
				Returns: Database['public']['CompositeTypes']['support_upload'];
				SetofOptions: {
					from: '*';
					to: 'support_upload';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			create_support_webhook: {
				Args: { p_description?: string; p_events: string[]; p_url: string };
				Returns: {
					id: string;
					secret: string;
				}[];
			};
			delete_support_conversation: { Args: { p_conversation_id: string }; Returns: undefined };
			end_support_conversation: {
				Args: { p_conversation_id: string };
				Returns: Database['public']['CompositeTypes']['support_conversation_state'];
				SetofOptions: {
					from: '*';
					to: 'support_conversation_state';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			escalate_support_conversation: {
				Args: { p_conversation_id: string; p_priority?: number };
				Returns: {
					accepted_at: string | null;
					agent_id: string | null;
					chat_id: string;
					created_at: string;
					ended_at: string | null;
					ended_by: Database['public']['Enums']['support_conversation_end'] | null;
					ended_by_id: string | null;
					feedback: string | null;
					first_response_at: string | null;
					id: string;
					last_message_at: string;
					page: string | null;
					priority: number;
					queued_at: string;
					rated_at: string | null;
					rating: number | null;
					started_at: string;
					status: Database['public']['Enums']['support_conversation_status'];
					updated_at: string;
					user_deleted_at: string | null;
					user_snapshot: NonNullable<Json>;
				};
				SetofOptions: {
					from: '*';
					to: 'support_conversations';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			get_or_create_support_chat: {
				Args: Record<PropertyKey, never>;
				Returns: {
					admin_viewed_at: string;
					app_name: string;
					created_at: string;
					id: string;
					last_message_at: string;
					last_seq: number;
					messages: Database['public']['Tables']['support_messages']['Row'][];
					unread_count: number;
					user_id: string;
				}[];
			};
			get_support_chat: {
				Args: { p_chat_id: string };
				Returns: {
					chat: Database['public']['CompositeTypes']['support_chat_list_item'];
					messages: Database['public']['Tables']['support_messages']['Row'][];
				}[];
			};
			get_support_inbox_counts: {
				Args: Record<PropertyKey, never>;
				Returns: {
					active: number;
					archived: number;
					mine: number;
					open: number;
					unread: number;
					waiting: number;
				}[];
			};
			get_support_unread: {
				Args: Record<PropertyKey, never>;
				Returns: {
					awaiting_answer: boolean;
					chat_id: string;
					dashboard_url: string;
					is_staff: boolean;
					last_seq: number;
					unread_count: number;
					waiting_count: number;
				}[];
			};
			invite_support_agent: {
				Args: {
					p_display_name?: string;
					p_email: string;
					p_role?: Database['public']['Enums']['support_agent_role'];
				};
				Returns: {
					available: boolean;
					created_at: string;
					display_name: string;
					from_role: boolean;
					last_assigned_at: string | null;
					last_seen_at: string | null;
					max_active: number | null;
					role: Database['public']['Enums']['support_agent_role'];
					tier: Database['public']['Enums']['support_agent_tier'];
					updated_at: string;
					user_id: string;
				};
				SetofOptions: {
					from: '*';
					to: 'support_agents';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			list_support_agents: {
				Args: Record<PropertyKey, never>;
				Returns: {
					active_conversations: number;
					available: boolean;
					created_at: string;
					display_name: string;
					email: string;
					last_seen_at: string;
					max_active: number;
					online: boolean;
					role: Database['public']['Enums']['support_agent_role'];
					tier: Database['public']['Enums']['support_agent_tier'];
					user_id: string;
				}[];
			};
			list_support_chats: {
				Args: {
					p_archived?: boolean;
					p_before?: Json;
					p_limit?: number;
					p_search?: string;
					p_view?: Database['public']['Enums']['support_inbox_view'];
				};
				Returns: Database['public']['CompositeTypes']['support_chat_list_item'][];
				SetofOptions: {
					from: '*';
					to: 'support_chat_list_item';
					isOneToOne: false;
					isSetofReturn: true;
				};
			};
			list_support_conversations: {
				Args: { p_before?: string; p_chat_id?: string; p_limit?: number };
				Returns: {
					accepted_at: string;
					agent_id: string;
					agent_name: string;
					chat_id: string;
					ended_at: string;
					ended_by: Database['public']['Enums']['support_conversation_end'];
					feedback: string;
					first_response_at: string;
					id: string;
					page: string;
					priority: number;
					rating: number;
					started_at: string;
					status: Database['public']['Enums']['support_conversation_status'];
					user_deleted_at: string;
					user_snapshot: Json;
				}[];
			};
			list_support_messages: {
				Args: { p_after_seq?: number; p_before_seq?: number; p_chat_id: string; p_limit?: number };
				Returns: {
					attachments: NonNullable<Json>;
					chat_id: string;
					content: string;
					conversation_id: string | null;
					created_at: string;
					id: string;
					read_at: string | null;
					sender_id: string | null;
					sender_name: string | null;
					sender_type: Database['public']['Enums']['support_sender_type'];
					seq: number;
					updated_at: string;
				}[];
				SetofOptions: {
					from: '*';
					to: 'support_messages';
					isOneToOne: false;
					isSetofReturn: true;
				};
			};
			list_support_notices: {
				Args: { p_after?: string };
				Returns: Database['public']['CompositeTypes']['support_notice'][];
				SetofOptions: {
					from: '*';
					to: 'support_notice';
					isOneToOne: false;
					isSetofReturn: true;
				};
			};
			list_support_presence: {
				Args: Record<PropertyKey, never>;
				Returns: {
					chat_id: string;
					name: string;
					user_id: string;
				}[];
			};
			mark_support_chat_read: {
				Args: { p_up_to_seq: number };
				Returns: {
					read_at: string;
					unread_count: number;
					up_to_seq: number;
				}[];
			};
			mark_support_chat_viewed: {
				Args: { p_chat_id: string };
				Returns: Database['public']['CompositeTypes']['support_chat_list_item'];
				SetofOptions: {
					from: '*';
					to: 'support_chat_list_item';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			rate_support_conversation: {
				Args: { p_conversation_id: string; p_feedback?: string; p_rating: number };
				Returns: Database['public']['CompositeTypes']['support_conversation_state'];
				SetofOptions: {
					from: '*';
					to: 'support_conversation_state';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			release_support_conversation: {
				Args: { p_conversation_id: string };
				Returns: {
					accepted_at: string | null;
					agent_id: string | null;
					chat_id: string;
					created_at: string;
					ended_at: string | null;
					ended_by: Database['public']['Enums']['support_conversation_end'] | null;
					ended_by_id: string | null;
					feedback: string | null;
					first_response_at: string | null;
					id: string;
					last_message_at: string;
					page: string | null;
					priority: number;
					queued_at: string;
					rated_at: string | null;
					rating: number | null;
					started_at: string;
					status: Database['public']['Enums']['support_conversation_status'];
					updated_at: string;
					user_deleted_at: string | null;
					user_snapshot: NonNullable<Json>;
				};
				SetofOptions: {
					from: '*';
					to: 'support_conversations';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			remove_support_agent: { Args: { p_user_id: string }; Returns: undefined };
			resend_support_webhook_delivery: { Args: { p_id: string }; Returns: undefined };
			rotate_support_webhook_secret: { Args: { p_id: string }; Returns: string };
			send_support_message: {
				Args: { p_attachment_ids?: string[]; p_chat_id: string; p_content?: string; p_id: string };
				Returns: {
					attachments: NonNullable<Json>;
					chat_id: string;
					content: string;
					conversation_id: string | null;
					created_at: string;
					id: string;
					read_at: string | null;
					sender_id: string | null;
					sender_name: string | null;
					sender_type: Database['public']['Enums']['support_sender_type'];
					seq: number;
					updated_at: string;
				};
				SetofOptions: {
					from: '*';
					to: 'support_messages';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			send_support_test_email: { Args: { p_to?: string }; Returns: string };
			send_support_typing: { Args: { p_chat_id: string; p_typing: boolean }; Returns: undefined };
			set_support_availability: {
				Args: { p_available: boolean };
				Returns: {
					available: boolean;
					created_at: string;
					display_name: string;
					from_role: boolean;
					last_assigned_at: string | null;
					last_seen_at: string | null;
					max_active: number | null;
					role: Database['public']['Enums']['support_agent_role'];
					tier: Database['public']['Enums']['support_agent_tier'];
					updated_at: string;
					user_id: string;
				};
				SetofOptions: {
					from: '*';
					to: 'support_agents';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			set_support_presence: { Args: { p_chat_id?: string }; Returns: undefined };
			start_support_conversation: {
				Args: { p_context?: Json };
				Returns: Database['public']['CompositeTypes']['support_conversation_state'];
				SetofOptions: {
					from: '*';
					to: 'support_conversation_state';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			support_add_agent: {
				Args: {
					p_display_name?: string;
					p_email: string;
					p_role?: Database['public']['Enums']['support_agent_role'];
				};
				Returns: {
					available: boolean;
					created_at: string;
					display_name: string;
					from_role: boolean;
					last_assigned_at: string | null;
					last_seen_at: string | null;
					max_active: number | null;
					role: Database['public']['Enums']['support_agent_role'];
					tier: Database['public']['Enums']['support_agent_tier'];
					updated_at: string;
					user_id: string;
				};
				SetofOptions: {
					from: '*';
					to: 'support_agents';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			support_assignment_score: {
				Args: { p_agent_id: string; p_conversation_id: string };
				Returns: number;
			};
			support_begin_email: {
				Args: { p_id: string; p_request: Json; p_worker: string };
				Returns: Json;
			};
			support_claim_emails: {
				Args: { p_limit?: number; p_worker: string };
				Returns: {
					chat_id: string;
					conversation_id: string;
					customer: Json;
					first_message: string;
					first_seq: number;
					id: string;
					idempotency_key: string;
					kind: string;
					last_seq: number;
					locale: string;
					messages: Json;
					recipient: string;
					request: Json;
					unsubscribe_token: string;
					waiting_minutes: number;
				}[];
			};
			support_claim_file_removals: { Args: { p_limit?: number }; Returns: string[] };
			support_claim_upload: {
				Args: { p_id: string };
				Returns: {
					max_bytes: number;
					state: string;
					stored_type: string;
					version: string;
				}[];
			};
			support_claim_webhook_deliveries: {
				Args: { p_limit?: number; p_worker: string };
				Returns: {
					attempt: number;
					id: string;
					is_private_target: boolean;
					payload: Json;
					secrets: string[];
					url: string;
					webhook_id: string;
				}[];
			};
			support_email_config: {
				Args: Record<PropertyKey, never>;
				Returns: {
					app_name: string;
					chat_url: string;
					dashboard_url: string;
					email_from: string;
					email_problem: string;
					notification_locale: string;
					templates: Json;
					unsubscribe_url: string;
				}[];
			};
			support_email_secret_digest: { Args: Record<PropertyKey, never>; Returns: string };
			support_finish_email: {
				Args: {
					p_error?: string;
					p_id: string;
					p_outcome: string;
					p_provider_id?: string;
					p_retry_after?: number;
					p_worker: string;
				};
				Returns: undefined;
			};
			support_finish_file_removals: { Args: { p_paths: string[] }; Returns: undefined };
			support_finish_webhook_delivery: {
				Args: {
					p_attempt: number;
					p_error?: string;
					p_id: string;
					p_milliseconds?: number;
					p_retry_after?: number;
					p_status_code?: number;
					p_worker: string;
				};
				Returns: undefined;
			};
			support_heartbeat: {
				Args: Record<PropertyKey, never>;
				Returns: {
					available: boolean;
					created_at: string;
					display_name: string;
					from_role: boolean;
					last_assigned_at: string | null;
					last_seen_at: string | null;
					max_active: number | null;
					role: Database['public']['Enums']['support_agent_role'];
					tier: Database['public']['Enums']['support_agent_tier'];
					updated_at: string;
					user_id: string;
				};
				SetofOptions: {
					from: '*';
					to: 'support_agents';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			support_live: { Args: Record<PropertyKey, never>; Returns: Json };
			support_notify_agent: {
				Args: { p_conversation_id: string; p_note?: string; p_user_id: string };
				Returns: string;
			};
			support_readable_files: { Args: { p_paths: Json }; Returns: string[] };
			support_release_emails: { Args: { p_worker: string }; Returns: undefined };
			support_report: { Args: { p_from: string; p_to: string }; Returns: Json };
			support_report_email_problem: { Args: { p_problem: string }; Returns: boolean };
			support_set_email_subscription: {
				Args: { p_action: string; p_token: string };
				Returns: {
					app_name: string;
					state: string;
				}[];
			};
			support_settle_upload: {
				Args: {
					p_height?: number;
					p_id: string;
					p_refusal?: string;
					p_size_bytes?: number;
					p_version: string;
					p_width?: number;
				};
				Returns: {
					chat_id: string;
					check_expires_at: string | null;
					checked_at: string | null;
					checked_version: string | null;
					created_at: string;
					height: number | null;
					id: string;
					message_id: string | null;
					mime_type: string;
					name: string;
					path: string;
					refusal: string | null;
					size_bytes: number;
					status: Database['public']['Enums']['support_attachment_status'];
					ticket_expires_at: string;
					updated_at: string;
					uploader_id: string | null;
					width: number | null;
				};
				SetofOptions: {
					from: '*';
					to: 'support_attachments';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			support_status: { Args: Record<PropertyKey, never>; Returns: Json };
			take_support_conversation: {
				Args: { p_conversation_id: string };
				Returns: {
					accepted_at: string | null;
					agent_id: string | null;
					chat_id: string;
					created_at: string;
					ended_at: string | null;
					ended_by: Database['public']['Enums']['support_conversation_end'] | null;
					ended_by_id: string | null;
					feedback: string | null;
					first_response_at: string | null;
					id: string;
					last_message_at: string;
					page: string | null;
					priority: number;
					queued_at: string;
					rated_at: string | null;
					rating: number | null;
					started_at: string;
					status: Database['public']['Enums']['support_conversation_status'];
					updated_at: string;
					user_deleted_at: string | null;
					user_snapshot: NonNullable<Json>;
				};
				SetofOptions: {
					from: '*';
					to: 'support_conversations';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			test_support_webhook: { Args: { p_id: string }; Returns: string };
			transfer_support_conversation: {
				Args: { p_agent_id: string; p_conversation_id: string };
				Returns: {
					accepted_at: string | null;
					agent_id: string | null;
					chat_id: string;
					created_at: string;
					ended_at: string | null;
					ended_by: Database['public']['Enums']['support_conversation_end'] | null;
					ended_by_id: string | null;
					feedback: string | null;
					first_response_at: string | null;
					id: string;
					last_message_at: string;
					page: string | null;
					priority: number;
					queued_at: string;
					rated_at: string | null;
					rating: number | null;
					started_at: string;
					status: Database['public']['Enums']['support_conversation_status'];
					updated_at: string;
					user_deleted_at: string | null;
					user_snapshot: NonNullable<Json>;
				};
				SetofOptions: {
					from: '*';
					to: 'support_conversations';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			unarchive_support_chat: {
				Args: { p_chat_id: string };
				Returns: Database['public']['CompositeTypes']['support_chat_list_item'];
				SetofOptions: {
					from: '*';
					to: 'support_chat_list_item';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
			update_support_agent: {
				Args: {
					p_display_name: string;
					p_max_active?: number;
					p_role: Database['public']['Enums']['support_agent_role'];
					p_tier: Database['public']['Enums']['support_agent_tier'];
					p_user_id: string;
				};
				Returns: {
					available: boolean;
					created_at: string;
					display_name: string;
					from_role: boolean;
					last_assigned_at: string | null;
					last_seen_at: string | null;
					max_active: number | null;
					role: Database['public']['Enums']['support_agent_role'];
					tier: Database['public']['Enums']['support_agent_tier'];
					updated_at: string;
					user_id: string;
				};
				SetofOptions: {
					from: '*';
					to: 'support_agents';
					isOneToOne: true;
					isSetofReturn: false;
				};
			};
		};
		Enums: {
			support_agent_role: 'agent' | 'admin';
			support_agent_tier: 'regular' | 'senior';
			support_attachment_status: 'uploading' | 'ready' | 'refused';
			support_conversation_end: 'user' | 'staff' | 'inactivity' | 'archive';
			support_conversation_status: 'waiting' | 'active' | 'ended';
			support_history_deletion: 'off' | 'hide' | 'erase';
			support_inbox_view: 'active' | 'mine' | 'waiting' | 'open' | 'ended' | 'archived';
			support_rule_condition: 'always' | 'attribute' | 'business_hours' | 'outside_hours';
			support_sender_type: 'user' | 'admin' | 'system';
		};
		CompositeTypes: {
			support_chat_list_item: {
				id: string | null;
				user_id: string | null;
				user_email: string | null;
				user_name: string | null;
				last_message_at: string | null;
				last_message_preview: string | null;
				last_message_sender: Database['public']['Enums']['support_sender_type'] | null;
				message_count: number | null;
				unread: boolean | null;
				archived: boolean | null;
				admin_viewed_at: string | null;
				created_at: string | null;
				conversation_id: string | null;
				conversation_status: Database['public']['Enums']['support_conversation_status'] | null;
				agent_id: string | null;
				agent_name: string | null;
				waiting_since: string | null;
				priority: number | null;
			};
			support_conversation_state: {
				id: string | null;
				chat_id: string | null;
				status: Database['public']['Enums']['support_conversation_status'] | null;
				agent_id: string | null;
				started_at: string | null;
				queued_at: string | null;
				accepted_at: string | null;
				ended_at: string | null;
				ended_by: Database['public']['Enums']['support_conversation_end'] | null;
				rating: number | null;
				feedback: string | null;
			};
			support_notice: {
				id: string | null;
				chat_id: string | null;
				conversation_id: string | null;
				user_email: string | null;
				preview: string | null;
				note: string | null;
				created_at: string | null;
			};
			support_upload: {
				id: string | null;
				chat_id: string | null;
				message_id: string | null;
				path: string | null;
				name: string | null;
				mime_type: string | null;
				size_bytes: number | null;
				width: number | null;
				height: number | null;
				status: Database['public']['Enums']['support_attachment_status'] | null;
				refusal: string | null;
				created_at: string | null;
			};
		};
	};
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'public'>];

export type Tables<
	DefaultSchemaTableNameOrOptions extends
		| keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
		| { schema: keyof DatabaseWithoutInternals },
	TableName extends (DefaultSchemaTableNameOrOptions extends {
		schema: keyof DatabaseWithoutInternals;
	}
		? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
				DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
		: never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
	? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
			DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
			Row: infer R;
		}
		? R
		: never
	: DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
		? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
				Row: infer R;
			}
			? R
			: never
		: never;

export type TablesInsert<
	DefaultSchemaTableNameOrOptions extends
		keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
	TableName extends (DefaultSchemaTableNameOrOptions extends {
		schema: keyof DatabaseWithoutInternals;
	}
		? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
		: never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
	? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
			Insert: infer I;
		}
		? I
		: never
	: DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
		? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
				Insert: infer I;
			}
			? I
			: never
		: never;

export type TablesUpdate<
	DefaultSchemaTableNameOrOptions extends
		keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
	TableName extends (DefaultSchemaTableNameOrOptions extends {
		schema: keyof DatabaseWithoutInternals;
	}
		? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
		: never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
	? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
			Update: infer U;
		}
		? U
		: never
	: DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
		? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
				Update: infer U;
			}
			? U
			: never
		: never;

export type Enums<
	DefaultSchemaEnumNameOrOptions extends
		keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
	EnumName extends (DefaultSchemaEnumNameOrOptions extends {
		schema: keyof DatabaseWithoutInternals;
	}
		? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
		: never) = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
	? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
	: DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
		? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
		: never;

export type CompositeTypes<
	PublicCompositeTypeNameOrOptions extends
		keyof DefaultSchema['CompositeTypes'] | { schema: keyof DatabaseWithoutInternals },
	CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
		schema: keyof DatabaseWithoutInternals;
	}
		? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
		: never) = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
	? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
	: PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
		? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
		: never;

export const Constants = {
	public: {
		Enums: {
			support_agent_role: ['agent', 'admin'],
			support_agent_tier: ['regular', 'senior'],
			support_attachment_status: ['uploading', 'ready', 'refused'],
			support_conversation_end: ['user', 'staff', 'inactivity', 'archive'],
			support_conversation_status: ['waiting', 'active', 'ended'],
			support_history_deletion: ['off', 'hide', 'erase'],
			support_inbox_view: ['active', 'mine', 'waiting', 'open', 'ended', 'archived'],
			support_rule_condition: ['always', 'attribute', 'business_hours', 'outside_hours'],
			support_sender_type: ['user', 'admin', 'system'],
		},
	},
} as const;
