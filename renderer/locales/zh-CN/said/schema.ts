/** What the schemas of the contract (Zod) say of a value that does not fit: the host's answer to wrong input is made of it. */
const KINDS = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: '是或否',
  array: '列表',
  object: '对象',
  record: '对象',
  null: '空值',
} as const;
const OTHER_KINDS = { undefined: '空缺', NaN: '非数字', Infinity: '无穷大', '-Infinity': '负无穷大' } as const;

const wrongKinds = Object.entries(KINDS).flatMap(([expected, wanted]) =>
  Object.entries({ ...KINDS, ...OTHER_KINDS }).map(([received, given]) => [
    `Invalid input: expected ${expected}, received ${received}`,
    `输入无效：应为${wanted}，收到的是${given}`,
  ]),
);

const wrongSizes = [
  ['string', 'characters', '个字符'],
  ['array', 'items', '项'],
].flatMap(([kind, unit, said]) => [
  [`Too small: expected ${kind} to have >={0} ${unit}`, `太短：至少 {0} ${said}`],
  [`Too big: expected ${kind} to have <={0} ${unit}`, `太长：最多 {0} ${said}`],
  [`Too small: expected ${kind} to have exactly {0} ${unit}`, `太短：应正好 {0} ${said}`],
  [`Too big: expected ${kind} to have exactly {0} ${unit}`, `太长：应正好 {0} ${said}`],
]);

const wrongNumbers = ['number', 'int'].flatMap((kind) => [
  [`Too small: expected ${kind} to be >={0}`, '太小：至少为 {0}'],
  [`Too small: expected ${kind} to be >{0}`, '太小：应大于 {0}'],
  [`Too big: expected ${kind} to be <={0}`, '太大：最多为 {0}'],
  [`Too big: expected ${kind} to be <{0}`, '太大：应小于 {0}'],
]);

export const schema: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...wrongKinds, ...wrongSizes, ...wrongNumbers]),
  'Invalid input: expected {0}, received {1}': '输入无效：应为 {0}，收到的是 {1}',
  'Invalid input: expected {0}': '输入无效：应为 {0}',
  'Invalid input': '输入无效',
  'Invalid option: expected one of {0}': '选项无效：应为 {0} 之一',
  'Invalid discriminator value. Expected {0}': '种类无效：应为 {0} 之一',
  'Invalid string: must match pattern {0}': '文字无效：应符合 {0}',
  'Invalid number: must be a multiple of {0}': '数字无效：应为 {0} 的倍数',
  'Invalid ISO datetime': '日期或时间无效',
  'Invalid key in record': '有一个键无效',
  'Unrecognized key: {0}': '未知的键：{0}',
  'Unrecognized keys: {0}': '未知的键：{0}',
  'a SHA-256 is 64 digits, 0 to 9 and a to f': 'SHA-256 应为 64 位，由 0 到 9 和 a 到 f 组成',
};
