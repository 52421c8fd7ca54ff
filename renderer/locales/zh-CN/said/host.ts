/** What the host and the shell say: commands, jobs, the engine. The English text is the key; {0} is a value. */
export const host = {
  'A thumbnail was gone; it is drawn again.': '有一张缩略图不见了，正在重新绘制。',
  '{0} thumbnails were gone; they are drawn again.': '有 {0} 张缩略图不见了，正在重新绘制。',
  '{0}: the views are not of the same photos. Evaluate the run again.':
    '{0}：各视图不是同一批照片的。请重新评估此运行。',
  'is not there': '不在这里',
  'cannot be used': '无法使用',
  '{0} {1}: {2} has no weights here. Choose another network.': '{0} {1}：本机没有 {2} 的权重。请选择其他网络。',
  'Only {0} photos were held out, and {1} are needed. Label more photos and train again.':
    '只留出了 {0} 张照片，而需要 {1} 张。请标注更多照片后重新训练。',
  'There are no labelled training photos to take colours from. Label some, or choose the axes of ImageNet.':
    '没有带标签的训练照片可以取色。请标注一些，或选择 ImageNet 的颜色轴。',
  '{0} and {1} were trained on different splits (photos, labels or sides changed in between), so their figures cannot be compared. Compare them again on the photos that neither learnt from (--reevaluate), or train the older one again.':
    '{0} 和 {1} 在不同的划分上训练（期间照片、标签或用途有变化），因此它们的数据不能比较。请在两者都没有学过的照片上重新比较（--reevaluate），或重新训练较早的一个。',
  "Every photo on the side '{0}' taught one of the two runs. Compare them on test photos.":
    '“{0}”一侧的每张照片都教过两个运行之一。请在测试照片上比较。',
  "Not the same photos could be read for {0} and {1}. Look at what the evaluation leaves out ('thaw evaluate'), put those files back and compare again.":
    '{0} 和 {1} 能读取的照片不同。请查看评估（thaw evaluate）略过了什么，把那些文件放回原处后再比较。',
  'No real difference: these photos cannot tell the two runs apart.': '没有真正的差别：这些照片无法区分两个运行。',
  'The second run is better; this was hardly luck.': '第二个运行更好；这不太可能是运气。',
  'The first run is better; this was hardly luck.': '第一个运行更好；这不太可能是运气。',
  "No photo on the side '{0}' is of a class that this run knows.": '“{0}”一侧没有此运行认识的类别的照片。',
  "{0} is on no hub that Thaw asks ({1}). Get the file there, then add it in Settings ('thaw weights add FILE').":
    'Thaw 查询的网站上没有 {0}（{1}）。请到那里获取文件，然后添加它（thaw weights add FILE）。',
  'The file looks at the centre of a picture, and this ensemble at more crops. Save one of the centre, and export that.':
    '文件只看图片的中心，而此集成使用更多裁剪。请保存一个只用中心的集成并导出它。',
  'There is no labelled photo to check the file by. Import some.': '没有带标签的照片可用来检查文件。请导入一些。',
  '{0}: differs from its members by up to {1} in a probability, {2} of {3} answers are others. It was not kept; please report this.':
    '{0}：概率与成员相差最多 {1}，{3} 个回答中有 {2} 个不同。文件没有保留；请报告此问题。',
  'Some of these runs were chosen by cross-validation: their held-out answers are of the centre alone.':
    '其中一些运行是用交叉验证选出的：它们对留出照片的回答只有中心裁剪的。',
  "There are no labelled photos on the side '{0}'. Import some.": '“{0}”一侧没有带标签的照片。请导入一些。',
  '{0} photos are of classes that this run does not know; they are left out.':
    '{0} 张照片属于此运行不认识的类别，已略过。',
  'Photos or labels changed since this run was trained.': '此运行训练之后，照片或标签有变化。',
  'No photos are left to compare on: only the test picture is.': '没有剩下可比较的照片：只有测试图片。',
  '{0}: is no export record.': '{0}：不是导出记录。',
  'Only {0} of {1} photos are compared by features; all are by their looks.':
    '{1} 张照片中只有 {0} 张按特征比较；全部照片都按外观比较。',
  'Left out {0}: {1}': '已略过 {0}：{1}',
  'Check the labels, add photos, or keep the default rate.': '请检查标签、添加照片，或保留默认的学习率。',
  'The loss fell at none of {0} learning rates: nothing to suggest. {1}':
    '{0} 个学习率下损失都没有下降：没有可建议的值。{1}',
  "{0} is the same picture as {1}, but in class '{2}' instead of '{3}'. The first one is kept; move one of them.":
    '{0} 与 {1} 是同一张图片，但类别是“{2}”而不是“{3}”。保留第一张；请移动其中一张。',
  'No test folder: the {0} photos held out are the test set; settings are chosen by cross-validation inside train.':
    '没有测试文件夹：留出的 {0} 张照片作为测试集；设置在训练内部用交叉验证选择。',
  'Stopped before near duplicates were joined. Import the same photos again, before training: that joins them.':
    '在归并近似重复的照片之前停止了。请在训练之前再次导入同一批照片，届时会归并。',
  '{0} photos are near duplicates or of one burst; the split keeps those that belong together on one side.':
    '{0} 张照片是近似重复或同一组连拍；划分会把它们放在同一侧。',
  '{0} pairs of near duplicates stand on two sides of the split already. They stay where they are.':
    '有 {0} 对近似重复的照片已经分在划分的两侧。它们保持原位。',
  "{0} was found for '{1}', but the same or nearly the same picture is in '{2}'. It stays there.":
    '{0} 是为“{1}”找到的，但相同或几乎相同的图片已在“{2}”中。它留在那里。',
  'The engine looked at a photo that was not asked. Please report it.': '引擎查看了没有要求查看的照片。请报告此问题。',
  '{0}: is there already. Choose another name, or remove it.': '{0}：已经存在。请选择其他名称，或将它移除。',
  'There is nothing to pack here: no photo and no finished run.': '这里没有可打包的内容：没有照片，也没有完成的运行。',
  "There is no run {0} here. Runs ('thaw runs') lists them.": '这里没有运行 {0}。“记录”页（thaw runs）会列出它们。',
  'Run {0} is {1}. Pack it when it has ended.': '运行 {0} 的状态是 {1}。请在它结束后再打包。',
  '{0}: nothing of this pack was taken: {1}. Have it made again.':
    '{0}：没有采用此项目包中的任何内容：{1}。请让对方重新制作。',
  'photo {0} is not in it': '其中没有照片 {0}',
  '{0} belongs to no photo or run of it': '{0} 不属于其中的任何照片或运行',
  'run {0} has not ended': '运行 {0} 尚未结束',
  'No hash of the weights was kept, so there is nothing to compare with.': '没有保留权重的哈希值，因此无从比较。',
  'Photos, labels or the split of this project are not those that the run was trained with, so its weights cannot come out again.':
    '此项目的照片、标签或划分与该运行训练时不同，因此不可能再得到相同的权重。',
  'Only the softmax of this run was trained, on the layers of {0}, which is not in this project. Reproduce it where that run is.':
    '此运行只在 {0} 的各层上训练了 softmax，而那个运行不在此项目中。请在它所在的项目中重现。',
  "There is no finished run yet. Train one first ('thaw train').": '还没有完成的运行。请先训练一个（thaw train）。',
  '{0}: the sample photos are not there. Install Thaw again.': '{0}：示例照片不在那里。请重新安装 Thaw。',
  "The regime '{0}' decides what is frozen, and so does --freeze {1}. Give one of them.":
    '训练方案“{0}”决定冻结什么，--freeze {1} 也是。请只给出其中一个。',
  'Regime {0}, frozen through {1}. {2}': '训练方案 {0}，冻结到 {1}。{2}',
  'photos or labels': '照片或标签',
  'the split': '划分',
  "No run was interrupted or cancelled: there is nothing to resume. Runs ('thaw runs') lists them.":
    '没有被中断或取消的运行：没有可继续的。“记录”页（thaw runs）会列出它们。',
  'failed ({0}) and would fail again': '已失败（{0}），再试也会失败',
  "Run {0} {1}: it is not to be resumed. Train a new one ('thaw train').":
    '运行 {0} {1}：不能继续。请重新训练一个（thaw train）。',
  'How it ended: SIGKILL': '结束方式：SIGKILL',
  'Run {0} cannot be resumed: {1} changed since it was started. Train a new run instead.':
    '运行 {0} 无法继续：开始之后{1}有变化。请重新训练一个新的运行。',
  'The device went away: the run goes on from its last checkpoint, once.':
    '设备已断开：此运行从上一个检查点继续，仅一次。',
  'Run {0} vanished while it was recorded. Please report it.': '运行 {0} 在记录时消失了。请报告此问题。',
  "{0}: {1} photos of known classes, and a self-test needs {2}. They are known by ImageNet's ids, as in n01440764_tench.jpg, or by folders of such a name.":
    '{0}：有 {1} 张类别已知的照片，而自检需要 {2} 张。类别由 ImageNet 编号识别，如 n01440764_tench.jpg，或由以此命名的文件夹识别。',
  'There is no sort to undo here.': '这里没有可撤销的整理。',
  '{0} is still under way. Stop it first.': '{0} 仍在进行。请先停止它。',
  '{0} was undone already.': '{0} 已经撤销过了。',
  '{0}: is not one of the photos that {1} left for review.': '{0}：不是 {1} 留待查看的照片之一。',
  'A class folder outside of its sort. Please report it.': '类别文件夹位于整理的目标之外。请报告此问题。',
  'This preview is no longer kept. Choose the folder again.': '此预览已不再保留。请重新选择文件夹。',
  'There are more than {0} files. Choose a smaller folder.': '文件超过 {0} 个。请选择更小的文件夹。',
  "{0}: lies inside the project's own folder. Choose a folder outside of it.":
    '{0}：位于项目自己的文件夹内。请选择项目之外的文件夹。',
  '{0} new photos sorted.': '整理了 {0} 张新照片。',
  '{0}: is a file. Choose a folder to sort into.': '{0}：这是文件。请选择用来存放整理结果的文件夹。',
  "Run {0} was not calibrated yet. Calibrate it first ('thaw calibrate --run {1}').":
    '运行 {0} 尚未校准。请先校准（thaw calibrate --run {1}）。',
  'Stopped as asked. Photos that were brought in have no label yet.': '已按要求停止。已带入的照片还没有标签。',
  'Trials are stopped early by their validation loss, and there are too few validation photos for that.':
    '试训按验证损失提前停止，而验证照片太少，不足以判断。',
  '{0} Give folds, or leave the stopping out.': '{0}请设置折数，或不使用提前停止。',
  "{0} has no stage '{1}'. Choose all, none or one of: {2}.": '{0} 没有阶段“{1}”。请选择 all、none 或其中之一：{2}。',
  '\ncaused by: {0}': '\n原因：{0}',
  "There is no command '{0}'.": '没有命令“{0}”。',
  "The input of '{0}' is not valid: {1}": '“{0}”的输入无效：{1}',
  'The project was closed. Open it again.': '项目已关闭。请重新打开。',
  'The engine does one job at a time: this one waits its turn.': '引擎一次只做一项任务：这一项正在排队。',
  "Resume ('thaw resume') goes on from the last checkpoint.": '“继续”（thaw resume）从上一个检查点接着训练。',
  'Start it again; what was finished is kept.': '请重新开始；已完成的部分会保留。',
  "The engine showed no sign of life for {0} s during the job '{1}' and was ended. {2}":
    '引擎在任务“{1}”中 {0} 秒没有响应，已被结束。{2}',
  "The engine sent what is no message during the job '{0}' and was ended: {1}. Please report it.":
    '引擎在任务“{0}”中发来了无法识别的消息，已被结束：{1}。请报告此问题。',
  "The engine process ended during the job '{0}'. {1}\nHow it ended: {2}":
    '引擎进程在任务“{0}”中意外结束。{1}\n结束方式：{2}',
  'exit code {0}': '退出码 {0}',
  'a line of over {0} bytes': '有一行超过 {0} 字节',
  '; its last words:\n{0}': '；它最后的输出：\n{0}',
  'An ensemble needs a run. Choose some.': '集成需要运行。请选择一些。',
  '{0} knows {1}, and {2} knows {3}: only runs of the same classes answer together. Choose others.':
    '{0} 认识 {1}，而 {2} 认识 {3}：只有类别相同的运行才能一起作答。请选择其他运行。',
  'These runs have no held-out photo in common, so nothing says how good they are together. Train them on the same photos.':
    '这些运行没有共同的留出照片，因此无从得知它们合起来有多好。请用同一批照片训练它们。',
  '{0} could not be timed: {1}': '{0} 无法计时：{1}',
  'The engine answered another job. Please report it.': '引擎回答了另一项任务。请报告此问题。',
  '{0} got no answer.': '{0} 没有得到回答。',
  'There is 1 class; training needs 2. Import or label another.':
    '只有 1 个类别；训练需要 2 个。请再导入或标注一个类别。',
  'There are {0} classes; training needs 2. Import or label another.':
    '有 {0} 个类别；训练需要 2 个。请再导入或标注一个类别。',
  "Class '{0}' has no photo to train on. Add photos, or remove the class.":
    '类别“{0}”没有可用于训练的照片。请添加照片，或移除该类别。',
  "Class '{0}' has a single photo to learn from: nothing can be held out to judge by. Add at least one more.":
    '类别“{0}”只有一张可学习的照片：无法留出照片来评判。请至少再添加一张。',
  'This command needs a project. Give --project FOLDER.': '此命令需要一个项目。请给出 --project FOLDER。',
  'Stored features are in use. Wait until what runs has ended, or stop it.':
    '存储的特征正在使用。请等待正在进行的任务结束，或将它停止。',
  "Run {0} was chosen by cross-validation: its held-out answers are of the centre alone. Choose 'centre'.":
    '运行 {0} 是用交叉验证选出的：它对留出照片的回答只有中心裁剪的。请选择“中心”。',
  'Photos or labels changed since run {0} was trained on some folds of them: which photos it never saw is not known any more. Train it again.':
    '运行 {0} 在部分折上训练之后，照片或标签有变化：已无法得知它从未见过哪些照片。请重新训练它。',
  'Free space on its disk, give yourself permission to write there, or copy the folder; then open it again.':
    '请释放磁盘空间、给予自己写入权限，或复制该文件夹；然后重新打开。',
  "{0}: open for reading only; '{1}' would change it. {2}": '{0}：以只读方式打开，而“{1}”会更改它。{2}',
  '{0} jobs are running already. Wait for some, or stop them.': '已有 {0} 项任务在进行。请等待一些结束，或将它们停止。',
  'There is no job {0} here. It may have ended long ago.': '这里没有任务 {0}。它可能早已结束。',
  'Run {0} was chosen by cross-validation, and no answers of its folds are kept (an older Thaw trained it, or its trials were stopped). Train it again.':
    '运行 {0} 是用交叉验证选出的，但没有保留各折的回答（由旧版 Thaw 训练，或试训被停止）。请重新训练它。',
  '{0}, frozen through {1}': '{0}，冻结到 {1}',
  "{0} holds no Thaw project. Importing photos ('thaw import') makes one.":
    '{0} 中没有 Thaw 项目。导入照片（thaw import）会建立一个。',
  '{0}: a file stands in the way of this folder. Choose another project folder.':
    '{0}：有一个文件占用了此文件夹的位置。请选择其他项目文件夹。',
  'Another Thaw still works in this project through this one: waiting for it. Ctrl-C ends both.':
    '另一个 Thaw 仍在通过此程序使用这个项目：正在等待它。按 Ctrl-C 会结束两者。',
  'The project may not be written here: it is open for reading only.': '无法写入此项目：以只读方式打开。',
  'The disk of this project is full: it is open for reading only. Free some space there and open the project again.':
    '此项目所在的磁盘已满：以只读方式打开。请在那里释放一些空间，然后重新打开项目。',
  '{0} It was restored from {1}.': '{0}已从 {1} 恢复。',
  'This run was': '此运行',
  'These runs were': '这些运行',
  "Nothing that was finished is lost: Resume ('thaw resume') goes on with the newest.":
    '已完成的部分没有丢失：“继续”（thaw resume）会接着最新的一个训练。',
  '{0} cut off when Thaw last ended: {1}. {2}': '{0}在 Thaw 上次结束时被中断：{1}。{2}',
  "Today's backup of the project could not be made. {0}": '今天未能备份项目。{0}',
  '{0}: there is no such file.': '{0}：没有这个文件。',
  '{0}: is too large for a passport.': '{0}：过大，不可能是模型说明书。',
  '{0}: is no passport of a model. Give one that Thaw wrote.': '{0}：不是模型说明书。请给出由 Thaw 写出的文件。',
  'Run {0} is {1}: it has no finished weights. Choose a finished run.':
    '运行 {0} 的状态是 {1}：它没有最终权重。请选择已完成的运行。',
  'No project is open. Open or make one first.': '没有打开的项目。请先打开或新建一个。',
  'The process that keeps the project ended by itself ({0}). Your photos and runs are on disk. Open the project again; if it ends again, please report these lines.':
    '管理项目的进程自行结束了（{0}）。照片和运行都在磁盘上。请重新打开项目；若再次结束，请报告以上内容。',
  'No project is open.': '没有打开的项目。',
} as const satisfies Readonly<Record<string, string>>;
