/** What clusters, downloads, serving and lines between processes say. The English text is the key; {0} is a value. */
export const network = {
  'The connection to the program behind this window ended before the answer came. It is made again: try again.':
    '与后台程序的连接在收到回答之前中断了。正在重新连接：请重试。',
  'The answer to {0} does not fit the contract. Please report it.\n{1}': '对 {0} 的回答不符合约定。请报告此问题。\n{1}',
  '{0}/{1} has {2} bytes.': '{0}/{1} 有 {2} 字节。',
  'more came than was told': '收到的比声称的多',
  'the connection ended after {0} of {1} bytes': '连接在收到 {1} 字节中的 {0} 字节后中断',
  '{0}/{1}: {2}. What has come is kept: ask again, and it goes on from there.':
    '{0}/{1}：{2}。已收到的部分会保留：再次下载会从那里继续。',
  'THAW_HUB_URL is {0}. Give an https address.': 'THAW_HUB_URL 为 {0}。请给出 https 地址。',
  'the hub says it has {0} bytes': '网站说它有 {0} 字节',
  'the server does not give parts of files': '服务器不提供文件的部分内容',
  '{0}/{1} ({2}): the hub has no such file, or it is not open to everybody.':
    '{0}/{1}（{2}）：网站上没有此文件，或它并不对所有人开放。',
  '{0} Get the weights elsewhere and add the file.': '{0}请从别处获取权重，然后添加该文件。',
  "{0}: the Ray cluster cannot be reached ({1}). Check the address and that 'ray start --head' runs there; the sweep can be gone on with.":
    '{0}：无法连接 Ray 集群（{1}）。请检查地址，以及那里是否运行着“ray start --head”；此搜索之后可以继续。',
  'Set THAW_RAY_TOKEN to a token of the cluster.': '请将 THAW_RAY_TOKEN 设为集群的令牌。',
  'Look at the log of its head.': '请查看其主节点的日志。',
  '{0}: the Ray cluster refused ({1}): {2}. {3}': '{0}：Ray 集群拒绝了请求（{1}）：{2}。{3}',
  'Its node was lost: sent again, from its last checkpoint. {0}': '它所在的节点已丢失：已从上一个检查点重新发送。{0}',
  'It was stopped in the cluster.': '它在集群中被停止。',
  '{0}: is no result of this version. Use the worker image of this Thaw.':
    '{0}：不是此版本的结果。请使用此 Thaw 的 worker 镜像。',
  "Trial {0} was lost {1} times on {2}. {3} Look at its log there; 'thaw sweep' goes on from its last checkpoint.":
    '训练 {0} 在 {2} 上丢失了 {1} 次。{3}请查看那里的日志；“继续”会从上一个检查点接着搜索。',
  '{0}: is no trial: {1}. Send it again.': '{0}：不是一次训练：{1}。请重新发送。',
  'another version wrote it': '它由另一个版本写出',
  '{0}: is not the data pack {1} of this trial. Send it again.': '{0}：不是此训练的数据包 {1}。请重新发送。',
  'is taken': '已被占用',
  'may not be used ({0})': '不可使用（{0}）',
  'Port {0} {1}. Choose another one with --port.': '端口 {0} {1}。请用 --port 选择其他端口。',
  'An upload needs a session of 8 to 32 letters a-z or digits.': '上传需要由 8 到 32 个字母 a-z 或数字组成的会话名。',
  'More than {0} files were dropped at once. Import a folder by its path.':
    '一次拖放了超过 {0} 个文件。请按路径导入文件夹。',
  "'{0}' is no plain file name. Rename the file and drop it again.": '“{0}”不是普通的文件名。请重命名文件后再拖放。',
  'An upload must say how long it is.': '上传必须说明文件的长度。',
  '{0}: dropped {1} times already. Import what is there first.': '{0}：已经拖放过 {1} 次。请先导入已有的。',
  'A file over {0} MB cannot be dropped. Make it smaller.': '超过 {0} MB 的文件不能拖放。请将它变小。',
  '{0}: cannot be written. Give a folder that this machine and all nodes of the cluster see.':
    '{0}：无法写入。请给出本机和集群所有节点都能看到的文件夹。',
  'Sweep {0} is running already.': '搜索 {0} 已在进行。',
  'Photos, labels or the split changed since sweep {0} was started, so its trials could not be compared.':
    '搜索 {0} 开始之后，照片、标签或划分有变化，因此它的各次训练无法比较。',
  '{0} Start a new sweep.': '{0}请开始新的搜索。',
  'asked to': '按要求',
  'More than {0} calls a second. Ask more slowly.': '每秒调用超过 {0} 次。请放慢速度。',
  'There is a call {0} already.': '已有调用 {0}。',
  'More than {0} calls at once. Wait for some.': '同时调用超过 {0} 个。请等待一些完成。',
  'The answer has {0} bytes; {1} can be sent to a second Thaw. Ask for less at once, or close the Thaw that opened the project first and run this again.':
    '回答有 {0} 字节，而最多只能向第二个 Thaw 发送 {1} 字节。请一次少取一些，或先关闭打开项目的那个 Thaw 再运行。',
  'Another Thaw has this project open and does not answer.': '另一个 Thaw 打开了此项目，但没有响应。',
  'The Thaw that had this project open has ended. Run the command again.':
    '打开此项目的 Thaw 已经结束。请重新运行该命令。',
  'The Thaw that has this project open answered what this one does not understand. Are both the same version?':
    '打开此项目的 Thaw 的回答无法理解。两者是同一版本吗？',
  'the project is being closed': '项目正在关闭',
  'not a frame of the contract': '不符合约定的数据',
  'it answers with {0}': '它的回答是 {0}',
  '{0} does not answer ({1}); it is asked again for a minute.': '{0} 没有回答（{1}）；将在一分钟内继续尝试。',
} as const satisfies Readonly<Record<string, string>>;
