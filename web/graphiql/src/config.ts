/** What the gateway tells this page about itself, as `config.json` beside it. */

export interface Persona {
  key: string;
  label: string;
  description: string;
}

export interface ExampleTab {
  title: string;
  query: string;
  variables: string | null;
}

export interface Config {
  /** Relative to the page's own address, as every address here: a prefix in front of the gateway then does no harm. */
  endpoint: string;
  subscriptionEndpoint: string | null;
  personas: Persona[];
  tabs: ExampleTab[];
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch("./config.json", { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`The gateway answered ${response.status} when asked for this page's settings.`);
  return (await response.json()) as Config;
}
