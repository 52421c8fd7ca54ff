/** Notifications of the system at the end of long work. */
import { Notification } from 'electron';

export function notify(news: { readonly title: string; readonly body: string }, onClick: () => void): void {
  if (!Notification.isSupported()) return; // a session without a notification service: the window shows it anyway
  const notification = new Notification({ title: news.title, body: news.body });
  notification.on('click', onClick);
  notification.show();
}
