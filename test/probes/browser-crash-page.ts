// A script for the browser that crashes its page.

type Crashing = { page: { goto(url: string): Promise<unknown> } };

export async function crash({ page }: Crashing): Promise<void> {
  await page.goto('chrome://crash');
}
