/** What the engine says: training, features, exports, devices. The English text is the key; {0} is a value. */
export const engine = {
  '{0} was damaged. The speed of this machine is measured anew.': '{0} 已损坏。将重新测量本机速度。',
  'its manifest is that of epoch {0}': '它的清单属于第 {0} 轮',
  'it has {0} bytes instead of {1}': '它有 {0} 字节，应为 {1} 字节',
  'its checksum does not match': '校验和不符',
  'the file is missing': '文件缺失',
  'it has {0} bytes': '它有 {0} 字节',
  'it is missing, so the checkpoint was not completed': '它缺失了，说明检查点没有写完',
  'it is not JSON': '它不是 JSON',
  'it is not a manifest of this version': '它不是此版本的清单',
  '{0}: {1}. Resume from the checkpoint before it.': '{0}：{1}。请从之前的检查点继续。',
  'a class comes twice': '有一个类别出现了两次',
  'an image comes twice': '有一张图片出现了两次',
  '{0}: logit {1} for image {2}. Train with a lower learning rate.':
    '{0}：图片 {2} 的 logit 为 {1}。请用更低的学习率训练。',
  'it is that of another view': '它属于另一种视图',
  '{0}: these logits cannot be used: {1}. Evaluate the run again.':
    '{0}：这些 logits 无法使用：{1}。请重新评估此运行。',
  'did not run': '未能运行',
  '{0} is not used. {1}': '不使用 {0}。{1}',
  '{0} was damaged. The executors are measured anew.': '{0} 已损坏。将重新测量各执行方式。',
  '{0} changed from {1} to {2}. The executors are measured anew.': '{0} 从 {1} 变为 {2}。将重新测量各执行方式。',
  '{0} ran the frozen part and does not open any more, so others are measured. {1}':
    '{0} 曾运行冻结部分，现在无法打开，因此改为测量其他方式。{1}',
  '{0} ran the frozen part and does not open any more. Start it again: others are measured then. {1}':
    '{0} 曾运行冻结部分，现在无法打开。请重新开始，届时会测量其他方式。{1}',
  'Nothing can run the frozen part. Install the program again.\n{0}':
    '没有任何方式可以运行冻结部分。请重新安装程序。\n{0}',
  'There is no NVIDIA driver on this machine.': '本机没有 NVIDIA 驱动。',
  'TensorFlow computes on its GPU here.': 'TensorFlow 在本机使用显卡计算。',
  'TensorFlow sees no GPU that it can use, though there is an NVIDIA driver. Check that the driver is new enough for its CUDA.':
    '虽然有 NVIDIA 驱动，但 TensorFlow 找不到可用的显卡。请检查驱动是否足够新，能满足它的 CUDA。',
  'TensorFlow is not installed: {0}': '未安装 TensorFlow：{0}',
  'There is no NVIDIA driver on this machine, and ': '本机没有 NVIDIA 驱动，并且',
  '{0}the CPU build of libtensorflow is installed. With an NVIDIA card: npm run bootstrap -- --gpu':
    '{0}安装的是 libtensorflow 的 CPU 版本。若有 NVIDIA 显卡，请运行：npm run bootstrap -- --gpu',
  "Node '{0}' has no shape. Please report it.": '节点“{0}”没有形状。请报告此问题。',
  'Not tried: only for machines where no other opens.': '未尝试：只用于其他方式都无法打开的机器。',
  'It opened but did not run: {0}': '已打开但未能运行：{0}',
  'Its answers DIFFER by {0} (relative)': '它的结果不一致，相差 {0}（相对值）',
  'TensorFlow.js in a browser page': '浏览器页面中的 TensorFlow.js',
  'no Chrome, Chromium or Edge was found on this machine': '本机没有找到 Chrome、Chromium 或 Edge',
  'TensorFlow.js for browsers is not part of this installation': '此安装不含浏览器版 TensorFlow.js',
  '{0} ended before it answered': '{0} 在作答前就结束了',
  '{0} did not open the page within a minute': '{0} 一分钟内没有打开页面',
  "{0}: tensor '{1}' is not read as it was. Check the disk.": '{0}：张量“{1}”读回的内容不同。请检查磁盘。',
  'tensors read back, ONNX Runtime {0}': '已读回张量，ONNX Runtime {0}',
  '{0}: the classifier is no dense layer. Please report it.': '{0}：分类器不是全连接层。请报告此问题。',
  'Local response normalisation over {0} channels has no form in TensorFlow.js, which needs an odd number. Export this network as ONNX.':
    '{0} 个通道的局部响应归一化在 TensorFlow.js 中无法表示，它需要奇数。请将此网络导出为 ONNX。',
  '{0} has no classifier. Please report it.': '{0} 没有分类器。请报告此问题。',
  'it was replaced by another shard': '它被另一个分片替换了',
  'it belongs to another cache': '它属于另一个缓存',
  'its rows have {0} values instead of {1}': '它的行有 {0} 个值，应为 {1} 个',
  'the file is gone': '文件已不在',
  '{0}: no features of image {1}. Compute them first.': '{0}：没有图片 {1} 的特征。请先计算。',
  '{0}: cached features cannot be used: {1}. They were dropped and must be computed again.':
    '{0}：缓存的特征无法使用：{1}。它们已被丢弃，必须重新计算。',
  '{0}: the network gave features that are not finite. Check its weights and preprocessing.':
    '{0}：网络给出了非有限的特征。请检查它的权重和预处理。',
  '{0}: process {1} is writing to this cache. Wait for it to end or stop it, then try again.':
    '{0}：进程 {1} 正在写入此缓存。请等它结束或将其停止，然后重试。',
  '{0}: could not be taken, other processes want it too. Try again.': '{0}：无法取得锁，其他进程也在争用。请重试。',
  '{0}: the disk is full. Free some space and try again.': '{0}：磁盘已满。请释放一些空间后重试。',
  'PCA colour by {0} training photos: deviations along the axes {1} % of the range.':
    'PCA 颜色，取自 {0} 张训练照片：沿各轴的偏差为取值范围的 {1} %。',
  '{0}: it cannot be read, so the run cannot be repeated as it was. Train a new run instead.':
    '{0}：无法读取，因此此运行不能原样重复。请重新训练一个新的运行。',
  'PCA colour: none of the photos could be read. Check the folder.': 'PCA 颜色：没有一张照片可以读取。请检查文件夹。',
  'Training without TensorFlow, on WebGPU ({0}). {1}': '不用 TensorFlow，改用 WebGPU 训练（{0}）。{1}',
  'WebGPU is in software only ({0}).': 'WebGPU 只有软件实现（{0}）。',
  'Training without TensorFlow, in JavaScript on the CPU: slow. {0} {1}':
    '不用 TensorFlow，改用 CPU 上的 JavaScript 训练：很慢。{0} {1}',
  '{0} has no weights here: it is timed with random ones, which take as long.':
    '本机没有 {0} 的权重：改用随机权重计时，用时相同。',
  'The device that computes went away (its driver was reset, the machine slept, or it was unplugged).':
    '计算设备已断开（驱动被重置、机器休眠或设备被拔出）。',
  "The check in Settings ('thaw doctor') says what can compute now; Resume ('thaw resume') goes on from the last checkpoint.":
    '“thaw doctor”会说明现在能用什么计算；“继续”（thaw resume）从上一个检查点接着训练。',
  '{0} {1}\nWhat it said: {2}': '{0}{1}\n设备给出的信息：{2}',
  'TensorFlow with its GPU hidden did not run: {0}': '隐藏显卡后 TensorFlow 未能运行：{0}',
  'TensorFlow sees no GPU that it can use.': 'TensorFlow 找不到可用的显卡。',
  '{0}, in software': '{0}，软件实现',
  'losses agree with {0}': '损失与 {0} 一致',
  'losses DIFFER from {0}': '损失与 {0} 不一致',
  '{0}; {1} ({2} relative); not used: {3} comes first': '{0}；{1}（相对值 {2}）；未使用：{3} 优先',
  '{0}; not used: only where no other opens': '{0}；未使用：只用于其他方式都无法打开时',
  '{0}; not used: {1} is faster': '{0}；未使用：{1} 更快',
  'It could not be read. Put the file back.': '无法读取。请把文件放回原处。',
  '{0}: its classes are {1}, not {2}. Choose other members.': '{0}：它的类别是 {1}，而不是 {2}。请选择其他成员。',
  '{0} is not part of the check: {1}': '{0} 未参与检查：{1}',
  'None of the photos to check by could be read. Check the folder.': '用于检查的照片没有一张可以读取。请检查文件夹。',
  '{0}: is there, and not of an earlier export. Choose another name.':
    '{0}：已经存在，且并非此前导出的文件。请选择其他名称。',
  '{0}: is there already. Choose another folder, or move it away.': '{0}：已经存在。请选择其他文件夹，或将它移走。',
  'Cache: {0} was damaged ({1}) and is computed anew.': '缓存：{0} 已损坏（{1}），将重新计算。',
  'None of the photos could be read. Check the folder.': '没有一张照片可以读取。请检查文件夹。',
  'Stopped as asked. What was computed is kept in the cache.': '已按要求停止。已计算的部分保存在缓存中。',
  '{0}: it learns from scratch, so nothing of it can be frozen. Freeze nothing (--freeze none), or choose pretrained weights.':
    '{0}：它从零开始学习，因此没有可冻结的部分。请不要冻结任何层（--freeze none），或选择预训练权重。',
  "{0}: these weights end with the stage '{1}', and what is frozen would reach to '{2}'. Freeze no further than '{3}'.":
    '{0}：这些权重到阶段“{1}”为止，而冻结部分要到“{2}”。冻结请不要超过“{3}”。',
  "There is no stage '{0}'.": '没有阶段“{0}”。',
  "Stage '{0}' has no shape. Please report it.": '阶段“{0}”没有形状。请报告此问题。',
  'it is too large': '它过大',
  "{0} has no stage '{1}' whose output is a map. Choose one of: {2}.":
    '{0} 没有输出为特征图的阶段“{1}”。请从中选择：{2}。',
  "This run knows no class '{0}'. Choose one of: {1}.": '此运行不认识类别“{0}”。请从中选择：{1}。',
  '{0} trials were done before and are not repeated.': '之前已完成 {0} 次试训，不再重复。',
  'Asked to finish while settings were being chosen: {0} of {1} trials decide, then it trains.':
    '在选择设置时被要求结束：由 {1} 次试训中的 {0} 次决定，然后开始训练。',
  'Asked to finish: the training ends with epoch {0}, and its best epoch is kept.':
    '按要求结束：训练在第 {0} 轮后结束，保留其中最好的一轮。',
  'Asked to finish: the training ends in epoch {0}, after step {1}; the best whole epoch is kept.':
    '按要求结束：训练在第 {0} 轮第 {1} 步后结束，保留最好的完整一轮。',
  "This run was trained on '{0}' and goes on with '{1}': its weights will differ in the last bits.":
    '此运行曾在“{0}”上训练，现在在“{1}”上继续：权重的最后几位会有不同。',
  'Goes on in epoch {0}, step {1}.': '从第 {0} 轮第 {1} 步继续。',
  'Goes on with the settings that were chosen; no step was kept.': '用已选定的设置继续；没有保留任何训练步。',
  'Starts from the beginning: nothing of the training was kept.': '从头开始：没有保留任何训练内容。',
  'The memory was not enough for a single photo at once. Freeze more stages or choose a smaller network.':
    '内存连一张照片都不够。请冻结更多阶段，或选择更小的网络。',
  'Weight decay {0}.': '权重衰减 {0}。',
  'Weight decay {0}, {1} epochs.': '权重衰减 {0}，{1} 轮。',
  '{0} Of the weights that are judged and kept, a share of {1} is as they started.':
    '{0}用于评判和保留的权重中，有 {1} 的比例保持初始值。',
  'in step {0}': '第 {0} 步',
  'while judging': '评判时',
  'The memory ran out in epoch {0} {1}: from here on {2} photos at once': '第 {0} 轮{1}内存耗尽：此后一次 {2} 张照片',
  '{0}, activations computed again for the backward pass.': '{0}，反向传播时重新计算激活值。',
  '{0} Gradients are summed over the batch of {1}; batch norms that train see the smaller batches.':
    '{0}梯度在 {1} 张的批次上求和；参与训练的批归一化看到的是更小的批次。',
  'training has not come to its end': '训练尚未结束',
  '{0}: no sound finished weights ({1}). Train this run again.': '{0}：没有完好的最终权重（{1}）。请重新训练此运行。',
  'photos, labels or settings are not those with which this run was started': '照片、标签或设置与此运行开始时不同',
  '{0}: {1}. Train a new run instead.': '{0}：{1}。请重新训练一个新的运行。',
  "{0}: a self-test needs a classifier of ImageNet's 1000 classes, and these weights came without. Train on your own photos instead.":
    '{0}：自检需要 ImageNet 1000 个类别的分类器，而这些权重没有。请改用自己的照片训练。',
  "None of {0} photos in a row could be read ({1}). Is their disk there? Resume ('thaw resume') goes on.":
    '连续 {0} 张照片都无法读取（{1}）。它们所在的磁盘还在吗？“继续”（thaw resume）可接着训练。',
  'Augmentation: stored views have the full strength; its rise over the epochs needs --freeze none.':
    '数据增强：已存储的视图使用全部强度；随轮次逐渐增强需要 --freeze none。',
  "At {0} % a photo's short side has {1} pixels, but the network takes crops of {2}.":
    '在 {0} % 时，照片的短边为 {1} 像素，而网络需要 {2} 像素的裁剪。',
  '{0} Give scales from {1} % on.': '{0}请给出不小于 {1} % 的比例。',
  'it ended by itself': '它自行结束了',
  'The image decoder cannot be started: {0}. Restart Thaw; if it stays, install it again.':
    '无法启动图片解码器：{0}。请重启 Thaw；若仍如此，请重新安装。',
  '{0}: the decoder stopped at this image ({1}). It was left out; remove or re-export it.':
    '{0}：解码器在此图片上停止（{1}）。已略过它；请删除或重新导出。',
  '{0}: the file changed since it was imported. Import it again.': '{0}：文件在导入后被更改。请重新导入。',
  '{0}: not a file any more. Import it again.': '{0}：已不再是文件。请重新导入。',
  '{0}: {1} bytes, the limit is {2}. Remove it.': '{0}：{1} 字节，上限为 {2} 字节。请将它移除。',
  'holds {0} values, {1} are needed': '含有 {0} 个值，需要 {1} 个',
  'is missing': '缺失',
  "Tensor '{0}' {1}: the weights belong to another network. Load its own.":
    '张量“{0}”{1}：这些权重属于另一个网络。请加载它自己的权重。',
  'ONNX files are little endian, this machine is not.': 'ONNX 文件为小端序，而本机不是。',
  'ONNX Runtime cannot use {0} threads. Choose 1 to 256.': 'ONNX Runtime 无法使用 {0} 个线程。请选择 1 到 256。',
  "ONNX Runtime could not open the network on '{0}': {1}. Choose another device.":
    'ONNX Runtime 无法在“{0}”上打开网络：{1}。请选择其他设备。',
  'An ONNX graph without a tensor as input or output. Please report it.':
    'ONNX 图没有张量作为输入或输出。请报告此问题。',
  'ONNX Runtime got {0} values for [{1}]. Please report it.':
    'ONNX Runtime 收到 {0} 个值，形状应为 [{1}]。请报告此问题。',
  '{0} takes [{1}], preprocessing makes [{2}, {3}, {4}]. Export it without preprocessing.':
    '{0} 接受 [{1}]，预处理给出 [{2}, {3}, {4}]。请不带预处理导出。',
  'Stopped as asked.': '已按要求停止。',
  'TensorFlow is missing: {0}': '缺少 TensorFlow：{0}',
  'TensorFlow.js {0} in Node, on TensorFlow {1}': 'Node 中的 TensorFlow.js {0}，基于 TensorFlow {1}',
  'TensorFlow.js {0} in Node, without TensorFlow': 'Node 中的 TensorFlow.js {0}，不含 TensorFlow',
  'WebGPU: {0} gives no device. Update the graphics driver.': 'WebGPU：{0} 没有给出设备。请更新显卡驱动。',
  'WebGPU does not load: {0}': 'WebGPU 无法加载：{0}',
  'WebGPU finds no graphics adapter: no card, or its driver is not installed.':
    'WebGPU 找不到显卡：没有显卡，或未安装驱动。',
  'TensorFlow does not load: {0} Run: npm run bootstrap': 'TensorFlow 无法加载：{0} 请运行：npm run bootstrap',
  'has shape [{0}]': '形状为 [{0}]',
  "Weights for {0}: '{1}' {2}, wanted [{3}]. Use the weights of this network.":
    '{0} 的权重：“{1}”{2}，应为 [{3}]。请使用此网络的权重。',
  'An input of {0} numbers is no batch of [{1}]. Please report it.': '{0} 个数的输入不是 [{1}] 的批次。请报告此问题。',
  "The average of '{0}' is missing from the checkpoint. Start the run anew.":
    '检查点中缺少“{0}”的平均值。请重新开始此运行。',
  'The trials before the training gave a loss that is no number, at learning rate {0}. Choose a lower learning rate, for example {1}, or a smaller weight decay.':
    '正式训练之前的试训在学习率 {0} 下损失不是数字。请选择更低的学习率（例如 {1}），或更小的权重衰减。',
  "Training was cancelled. Resume ('thaw resume') goes on with it.": '训练已取消。“继续”（thaw resume）可接着训练。',
  'Training was cancelled. Start it again when you like.': '训练已取消。可随时重新开始。',
  "The optimizer's state holds '{0}', which {1} has not. Start the run anew.":
    '优化器状态中有“{0}”，而 {1} 没有它。请重新开始此运行。',
  'The search for a learning rate was cancelled.': '学习率的寻找已取消。',
  '{0} labels but {1} numbers for rows of [{2}]. Please report it.':
    '{0} 个标签，但有 {1} 个数，每行为 [{2}]。请报告此问题。',
  'There is no photo to train on. Label some and retry.': '没有可用于训练的照片。请标注一些后重试。',
  'Photo {0}: class {1} of {2}. Check the labels.': '第 {0} 张照片：类别 {1}，共 {2} 个。请检查标签。',
  "{0}: '{1}' is not all but the softmax.": '{0}：“{1}”不是除 softmax 以外的全部。',
  "Where '{0}' started is missing from the checkpoint. Start the run anew.":
    '检查点中缺少“{0}”的初始值。请重新开始此运行。',
  'epoch {0}, step {1}, with {2} photos at once': '第 {0} 轮第 {1} 步，一次 {2} 张照片',
  'Freeze more stages, choose a smaller network, or close other programs.':
    '请冻结更多阶段，选择更小的网络，或关闭其他程序。',
  'Training: the memory was not enough in {0}. {1}': '训练：内存不足，位于{0}。{1}',
  'the loss is {0}': '损失为 {0}',
  'the validation loss is {0}': '验证损失为 {0}',
  "'{0}' holds a value that is no number": '“{0}”中有不是数字的值',
  'No epoch was finished before.': '此前没有完成任何一轮。',
  'The weights of epoch {0} are kept.': '保留了第 {0} 轮的权重。',
  ', or clip the gradients (clipNorm 1)': '，或裁剪梯度（clipNorm 1）',
  'Training: {0} in epoch {1}, step {2}, at learning rate {3}. {4} Choose a lower learning rate, for example {5}{6}.':
    '训练：第 {1} 轮第 {2} 步，学习率 {3}，{0}。{4}请选择更低的学习率，例如 {5}{6}。',
} as const satisfies Readonly<Record<string, string>>;
