import { Button, Modal } from '@mantine/core';
import { IconSchema } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { type DiagramTexts, networkSvg } from '../../../shared/networks/diagram.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { saveText } from '../../lib/save-text.ts';
import { useStageTitle } from '../../lib/stage-title.ts';
import styles from './train.module.css';

type DiagramProps = { readonly backbone: string; readonly freeze: string };

/** The chosen network stage by stage, as a drawing to look at and to keep, coloured by the chosen depth. */
export function DiagramButton(props: DiagramProps) {
  const t = useText('train');
  const app = useText('app');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconSchema size={16} aria-hidden="true" />}
        onClick={() => setOpen(true)}
      >
        {t('diagram')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t('diagram')}
        size={940}
        closeButtonProps={{ 'aria-label': app('close') }}
      >
        <Diagram {...props} />
      </Modal>
    </>
  );
}

function Diagram({ backbone, freeze }: DiagramProps) {
  const t = useText('train');
  const texts = useDiagramTexts();
  const stageTitle = useStageTitle();
  const network = useMemo(() => findNetwork(backbone), [backbone]);
  const stages = network.stages.map((stage) => ({ ...stage, title: stageTitle(stage.title) }));
  const svg = networkSvg({ ...network, stages }, { frozenThrough: freeze, texts });
  const cut = stages.find(({ id }) => id === freeze)?.title ?? freeze;
  const depth = freeze === 'input' ? t('nothingFrozen') : t('frozenThrough', { stage: cut });
  return (
    <>
      <img
        className={styles.diagram}
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`}
        alt={t('diagramOf', { network: network.title, depth })}
      />
      <div className={styles.diagramEnds}>
        <Button variant="default" onClick={() => saveText(`${network.id}.svg`, svg, 'image/svg+xml')}>
          {t('saveDiagram')}
        </Button>
      </div>
    </>
  );
}

function useDiagramTexts(): DiagramTexts {
  const t = useText('train');
  return {
    ...{ frozen: t('drawn.frozen'), learning: t('drawn.learning'), leftOut: t('drawn.leftOut') },
    ...{ parameters: t('drawn.parameters'), multiplications: t('drawn.multiplications') },
    ...{ softmax: t('softmax'), image: t('drawn.image'), output: t('drawn.output') },
    parts: {
      ...{ depthwise: t('drawn.depthwise'), groups: (count) => t('drawn.groups', { groups: String(count) }) },
      ...{ max: t('drawn.max'), mean: t('drawn.mean'), meanOfAll: t('drawn.meanOfAll'), meanTo: t('drawn.meanTo') },
      ...{ shortcut: t('drawn.shortcut'), join: t('drawn.join'), dense: t('drawn.dense') },
    },
  };
}
