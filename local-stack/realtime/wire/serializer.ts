import { type Serializer } from './frames';
import { serializerV1 } from './serializer-v1';
import { serializerV2 } from './serializer-v2';

/** The serializer that a handshake's `vsn` asks for; absent is 1.0.0, undefined is one that nobody speaks. */
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
