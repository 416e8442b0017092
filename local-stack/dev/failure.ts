import { MigrationError, OtherMigrationsError } from '../stack/push-migrations';
import { DataInUseError, PortTakenError } from '../stack/start-local-stack';
import { portSettings, UsageError } from './options';

/**
 * The message for a developer whose `npm run dev` failed: one sentence if the reason is known, else everything
 * known.
 */
export function describeFailure(error: unknown): string {
	if (error instanceof PortTakenError) {
		const { flag, variable } = portSettings(error.part);
		const other = error.port + 100;
		return `${error.message} Stop what uses it, or choose another: npm run dev -- ${flag} ${other} (or set ${variable}=${other}).`;
	}
	if (error instanceof OtherMigrationsError)
		return `${error.message}: run \`npm run dev -- --reset\` to start with fresh data.`;
	if (error instanceof MigrationError)
		return `${error.message}\n\nIf the local data is from an older version, \`npm run dev -- --reset\` starts fresh.`;
	if (error instanceof DataInUseError || error instanceof UsageError) return error.message;
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
