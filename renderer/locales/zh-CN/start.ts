import type { Translated } from '../../lib/i18n/shape.ts';
import type { start as english } from '../en/start.ts';

export const start = {
  title: '教会网络识别您自己的类别',
  detail: '只需几十张照片，全部在本机完成，数据不会离开这台电脑。',
  drop: '将照片或文件夹拖放到任意位置',
  dropDetail: '如果子文件夹以类别命名，标注会一并导入。',
  chooseFolder: '选择文件夹',
  chooseFiles: '选择照片',
  sample: '手边没有照片？',
  sampleDetail: '两只猫，外加一个“都不是”的类别：随 Thaw 附带的手绘图片，一分钟内即可开始训练。',
  trySample: '打开示例',
  steps: '使用步骤',
  stepName: '{{number}}. {{name}}',
  stepDetail: {
    photos: '添加照片，用鼠标或数字键 1 到 9 归入各个类别。',
    train: '决定预训练网络解冻多少层来重新学习；训练开销会提前显示。',
    use: '拖入新照片，每张都会得到类别及其确定程度。',
  },
  projects: '项目',
  openProject: '打开……',
  newProject: '新建……',
} as const satisfies Translated<typeof english>;
