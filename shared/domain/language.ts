import { z } from 'zod';

/** Languages that Thaw speaks. */
export const Language = z.enum(['en', 'zh-CN']);
export type Language = z.infer<typeof Language>;
