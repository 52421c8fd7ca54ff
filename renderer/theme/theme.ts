/** The look as Mantine's theme; its variables become a static style sheet when the renderer is built (CSP allows no inline style). */
import { createTheme, type MantineThemeOverride } from '@mantine/core';

/** Mantine makes the head of a dialog a <header>, which would be a second banner of the page. */
const NO_BANNER = { header: { role: 'presentation' } };

export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 7 },
  autoContrast: false,
  fontFamily:
    "'Inter Variable', system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Consolas, 'DejaVu Sans Mono', monospace",
  defaultRadius: 'md',
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '17px', xl: '22px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  colors: {
    accent: [
      '#e6f5f3',
      '#c9eae6',
      '#9fd9d3',
      '#6fc5bd',
      '#45b1a8',
      '#279f96',
      '#148d86',
      '#0b7a75',
      '#096661',
      '#07524e',
    ],
    gray: [
      '#f6f7f7',
      '#eef0f0',
      '#e3e6e6',
      '#d5d9da',
      '#c2c8c9',
      '#9fa8aa',
      '#7b8588',
      '#5b6467',
      '#3b4244',
      '#1a1e1f',
    ],
    dark: [
      '#e6e9ea',
      '#b9c1c3',
      '#9aa5a8',
      '#727d80',
      '#3f4749',
      '#31383a',
      '#272c2e',
      '#1c1f21',
      '#151718',
      '#0e1011',
    ],
  },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Modal: {
      defaultProps: {
        lockScroll: false,
        centered: true,
        transitionProps: { duration: 120 },
        padding: 'xl',
        attributes: NO_BANNER,
      },
    },
    Drawer: { defaultProps: { lockScroll: false, transitionProps: { duration: 150 }, attributes: NO_BANNER } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, multiline: true, maw: 320 } },
    Menu: { defaultProps: { transitionProps: { duration: 120 } } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
  },
});
