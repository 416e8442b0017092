import { type Serializer } from './frames';
import { serializerV1 } from './serializer-v1';
import { serializerV2 } from './serializer-v2';

/** The serializer for a handshake's `vsn`; without one, 1.0.0. Undefined if the version is unknown. */
export function findSerializer(vsn: string | null): Serializer | undefined {
	switch (vsn) {
		case null:
		case '1.0.0':
			return serializerV1;
		case '2.0.0':
			return serializerV2;
		default:
			return undefined;
	}
}
