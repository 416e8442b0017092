export type * from './types';
export { mountSupportChat } from './loader/mount';
