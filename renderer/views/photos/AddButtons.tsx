import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconFolderPlus, IconPhotoPlus } from '@tabler/icons-react';
import { addPhotos } from '../../lib/add-photos.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';

/** The two ways to choose photos in a dialog; dropping them is the third. */
export function AddButtons() {
  const t = useText('photos');
  const isReadOnly = useCommand('project.info', {}).data?.readOnly === true;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          disabled={isReadOnly}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {t('add')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPhotoPlus size={16} aria-hidden />} onClick={() => addPhotos('files')}>
          {t('addFiles')}
        </Menu.Item>
        <Menu.Item leftSection={<IconFolderPlus size={16} aria-hidden />} onClick={() => addPhotos('folder')}>
          {t('addFolder')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
