import { ActionIcon, ColorSwatch, Menu, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDots, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { LabelClass } from '../../../shared/contract/library.ts';
import { ClassName } from '../../../shared/domain/ids.ts';
import { CLASS_COLOURS } from '../../lib/class-colours.ts';
import { useAction } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { offerUndo } from '../../lib/notify.tsx';
import styles from './photos.module.css';

type ClassMenuProps = {
  readonly one: LabelClass;
  readonly position: number;
  readonly total: number;
  readonly onUndo: () => void;
};

/** Name, colour, order and removal of one class. */
export function ClassMenu({ one, position, total, onUndo }: ClassMenuProps) {
  const t = useText('photos');
  const change = useAction('library.change-class');
  const { name } = one;
  const remove = (): void =>
    change.mutate({ kind: 'remove', name }, { onSuccess: () => offerUndo(t('removedClass', { name }), onUndo) });
  return (
    <Menu position="right-start" width={220}>
      <Menu.Target>
        <ActionIcon size="sm" className={styles.sideMenu} aria-label={t('editClass', { name })}>
          <IconDots size={14} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <RenameForm key={name} one={one} />
        <div className={styles.swatches}>
          {CLASS_COLOURS.map((colour) => (
            <ColorSwatch
              key={colour}
              component="button"
              size={20}
              color={colour}
              withShadow={false}
              aria-label={`${t('colour')} ${colour}`}
              onClick={() => change.mutate({ kind: 'recolour', name, colour })}
            />
          ))}
        </div>
        <Menu.Item onClick={() => change.mutate({ kind: 'recolour', name, colour: null })}>
          {t('defaultColour')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowUp size={14} aria-hidden />}
          disabled={position === 0}
          onClick={() => change.mutate({ kind: 'move', name, position: position - 1 })}
        >
          {t('moveUp')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown size={14} aria-hidden />}
          disabled={position === total - 1}
          onClick={() => change.mutate({ kind: 'move', name, position: position + 1 })}
        >
          {t('moveDown')}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={14} aria-hidden />} onClick={remove}>
          {t('removeClass')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

type RenameFormProps = { readonly one: LabelClass };

function RenameForm({ one }: RenameFormProps) {
  const t = useText('photos');
  const change = useAction('library.change-class');
  const [name, setName] = useState<string>(one.name);
  const rename = (event: FormEvent): void => {
    event.preventDefault();
    const checked = ClassName.safeParse(name.trim());
    if (checked.success && checked.data !== one.name)
      change.mutate({ kind: 'rename', name: one.name, to: checked.data });
  };
  return (
    <form onSubmit={rename} className={styles.rename}>
      <TextInput
        size="xs"
        maxLength={80}
        label={t('className')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={rename}
        onKeyDown={(event) => event.stopPropagation()}
      />
    </form>
  );
}
