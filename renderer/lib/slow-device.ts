/** Whether what computes is the last resort: plain JavaScript, where neither TensorFlow nor a graphics card can be had. */
export function isSlowDevice(device: string): boolean {
  return /\btfjs-cpu\b/.test(device);
}

/** The same of a device told in facts; null: not known yet. */
export function hasSlowTrainer(facts: Readonly<Record<string, unknown>> | null): boolean {
  return facts !== null && Object.values(facts).some((fact) => isSlowDevice(String(fact)));
}
