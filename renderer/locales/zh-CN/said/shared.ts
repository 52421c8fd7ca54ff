/** What planning, networks, sweeps and figures say. The English text is the key; {0} is a value. */
export const shared = {
  'a contact sheet is a .png file': '对照图是 .png 文件',
  'a run comes twice': '有一个运行出现了两次',
  'a set comes twice': '有一组出现了两次',
  'Unexpected error. Please report it.\n{0}': '意外错误。请报告此问题。\n{0}',
  'one more edge than weights': '边界应比权重多一个',
  'edges must rise': '边界必须递增',
  'some weight must be above 0': '至少有一个权重大于 0',
  'minArea is above maxArea': 'minArea 大于 maxArea',
  'minAspect is above maxAspect': 'minAspect 大于 maxAspect',
  'min is above max': 'min 大于 max',
  'minQuality is above maxQuality': 'minQuality 大于 maxQuality',
  'a name or password does not belong into an address: give a token': '地址中不应包含用户名或密码：请提供令牌',
  'weights must sum to 1': '权重之和必须为 1',
  'a class name has no control characters': '类别名不含控制字符',
  'a value comes twice': '有一个值出现了两次',
  'a setting is searched for twice': '有一个设置被搜索了两次',
  '{0}: a grid needs choices, not a range': '{0}：网格需要具体的值，而不是区间',
  '{0}: the range ends before it begins': '{0}：区间的结尾在开头之前',
  '{0}: a logarithmic range begins above 0': '{0}：对数区间须从大于 0 的值开始',
  '{0} cannot be {1}: {2}': '{0} 不能为 {1}：{2}',
  'not valid': '无效',
  'scales must rise': '比例必须递增',
  'at most {0} crops of a photo': '每张照片最多 {0} 个裁剪',
  'centre, mirror, ten-crop, grid:3x3 (columns x rows) or positions:16, the latter two with @100,125 (scales in percent) and +mirror':
    'centre、mirror、ten-crop、grid:3x3（列 x 行）或 positions:16，后两者可加 @100,125（百分比）和 +mirror',
  'a view set is {0}; at most {1} crops, scales rising from 50 to 400':
    '视图集为 {0}；最多 {1} 个裁剪，比例从 50 递增到 400',
  '{0} answers and {1} labels: as many of both are needed.': '{0} 个回答和 {1} 个标签：两者的数量须相同。',
  'A plan needs candidates and photos that they answered.': '规划需要候选方案，以及它们回答过的照片。',
  'At least one round of selection is needed.': '至少需要一轮选择。',
  'An ensemble needs members that answered the same photos, one at least.':
    '集成需要回答过同一批照片的成员，至少一个。',
  'A p-value lies between 0 and 1.': 'p 值介于 0 和 1 之间。',
  'No photo of a class is there to set a threshold by.': '没有属于任何类别的照片可用来设定阈值。',
  'Photos of the classes and strangers are both needed to tell how well they part.':
    '需要各类别的照片和陌生照片，才能知道它们区分得多好。',
  'Each way needs a run, and all runs the same photos.': '每种方式需要一个运行，且所有运行使用同一批照片。',
  'Split fractions ({0}): none below 0, train above 0, and a sum of 1.':
    '划分比例（{0}）：都不能小于 0，训练须大于 0，总和为 1。',
  'Paired outcomes differ in length: {0} and {1}.': '配对结果的长度不同：{0} 和 {1}。',
  '{0} labels but {1} answers.': '{0} 个标签，但有 {1} 个回答。',
  'Photo {0}: label {1}, answer {2}, but {3} classes.': '第 {0} 张照片：标签 {1}，回答 {2}，但只有 {3} 个类别。',
  'Counts must be whole and 0 <= part <= whole; got {0} of {1}.':
    '计数须为整数，且 0 <= 部分 <= 总数；这里是 {1} 中的 {0}。',
  '{0} distinct photos cannot be parted into {1} folds. Add photos.': '{0} 张不同的照片无法分成 {1} 折。请添加照片。',
  "Network {0}: two nodes hold a tensor '{1}'. Please report it.": '网络 {0}：有两个节点含有张量“{1}”。请报告此问题。',
  "There is no network '{0}'. Choose one of: {1}.": '没有网络“{0}”。请从中选择：{1}。',
  'this id is taken': '此编号已被占用',
  "its input '{0}' is not computed before it": '它的输入“{0}”没有在它之前计算',
  'its output would be [{0}]': '它的输出会是 [{0}]',
  "'{0}' names it but it does not exist": '“{0}”提到了它，但它不存在',
  "Network {0}, node '{1}': {2}. Please report it.": '网络 {0}，节点“{1}”：{2}。请报告此问题。',
  'groups do not divide channels': '组数不能整除通道数',
  'an even window is not centred': '偶数窗口没有中心',
  'a dense layer takes a vector': '全连接层需要向量',
  'it takes exactly one input': '它只接受一个输入',
  'it takes a feature map [C, H, W]': '它需要特征图 [C, H, W]',
  'it takes two or more inputs': '它需要两个或更多输入',
  'its inputs differ in shape': '它的各输入形状不同',
  'its inputs differ in extent': '它的各输入大小不同',
  "Network {0} has no node '{1}'. Please report it.": '网络 {0} 没有节点“{1}”。请报告此问题。',
  "Network {0} has no stage '{1}'. Choose one of: {2}.": '网络 {0} 没有阶段“{1}”。请从中选择：{2}。',
  "Network {0}: '{1}' crosses the cut at '{2}' too. Please report it.":
    '网络 {0}：“{1}”也跨过了“{2}”处的切分。请报告此问题。',
  'A classifier needs 2 or more classes, not {0}. Add photos of another.':
    '分类器需要 2 个或更多类别，而不是 {0} 个。请添加另一个类别的照片。',
  "Network {0}: head '{1}' is not a dense layer. Please report it.":
    '网络 {0}：分类头“{1}”不是全连接层。请报告此问题。',
  'The frozen network already gets {0} of {1} right: training more gains nothing.':
    '冻结的网络已答对 {1} 张中的 {0} 张：训练更多层没有好处。',
  'The smallest class has {0}: too few to train more than the softmax.': '最小的类别只有 {0}：太少，只能训练 softmax。',
  'With {0} in the smallest class, the features get no better after {1}: up to there they stay frozen.':
    '最小的类别有 {0}，特征在 {1} 之后不再变好：到那里为止保持冻结。',
  'With {0} in the smallest class, all but the last layers stay frozen ({1}).':
    '最小的类别有 {0}，除最后几层外都保持冻结（{1}）。',
  'With {0} in the smallest class all layers can learn, the early ones slowly.':
    '最小的类别有 {0}，所有层都可以学习，靠前的层慢一些。',
  'As asked for.': '按你的要求。',
  '{0} photo': '{0} 张照片',
  'needs {0} of memory even with a batch of one, this machine has {1}': '即使批次为一张也需要 {0} 内存，而本机有 {1}',
  '{0}. Freeze more stages, or use fewer photos.': '{0}。请冻结更多阶段，或使用更少的照片。',
  'its cache needs {0} of disk, {1} are free': '它的缓存需要 {0} 磁盘空间，可用 {1}',
  '{0}. Free some space, or freeze other stages: their rows are smaller.':
    '{0}。请释放一些空间，或冻结其他阶段：它们的数据行更小。',
  '{0}. It fits only where the cache already holds part of it.': '{0}。只有当缓存中已有一部分时才放得下。',
  'a batch of {0} needs {1} of memory, this machine has {2}': '{0} 张的批次需要 {1} 内存，而本机有 {2}',
  '{0}. Use a batch of {1}.': '{0}。请使用 {1} 张的批次。',
  'Left as it is, it fits only with activations computed twice, to which training turns when memory runs out: {0}, up to {1} times the work a step.':
    '若保持不变，只有把激活值计算两次才放得下（内存不足时训练会自动如此）：{0}，每步计算量最多为 {1} 倍。',
  'That would be {0} trainings; {1} are the most. Search less.': '这将是 {0} 次训练，最多 {1} 次。请缩小搜索。',
  'The settings {0} cannot be trained with. {1}': '无法用设置 {0} 训练。{1}',
  "the id of weights is 16 digits, 0 to 9 and a to f; 'thaw weights list' lists them":
    '权重的编号是 16 位 0 到 9 和 a 到 f；“thaw weights list”会列出',
  'the address of a cluster is that of its Jobs API, as http://HOST:8265':
    '集群的地址是其 Jobs API 的地址，例如 http://HOST:8265',
  "the id of an ensemble is 'ens_' and 12 letters or digits; 'thaw ensemble list' lists them":
    '集成的编号是“ens_”加 12 个字母或数字；“thaw ensemble list”会列出',
  "the id of a run is 'run_' and 12 letters or digits; 'thaw runs' lists them":
    '运行的编号是“run_”加 12 个字母或数字；“thaw runs”会列出',
  "the id of a sort is 'sort_' and 12 letters or digits; 'thaw sort --list' lists them":
    '整理的编号是“sort_”加 12 个字母或数字；“thaw sort --list”会列出',
  "the id of a sweep is 'swp_' and 12 letters or digits; 'thaw sweeps' lists them":
    '参数搜索的编号是“swp_”加 12 个字母或数字；“thaw sweeps”会列出',
} as const satisfies Readonly<Record<string, string>>;
