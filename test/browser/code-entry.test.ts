/** Ways in which a number and a code get into their fields. */
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { openDemo } from './demo.ts';

describeInBrowser('The number field', () => {
  it('formats as one types, and takes the country from an international number', async () => {
    const demo = await openDemo();
    const number = demo.page.getByLabel('Phone number');
    await demo.enterNumber('2015550123');
    expect(await number.inputValue()).toBe('(201) 555-0123');
    await demo.enterNumber('+6591234567');
    expect(await number.inputValue()).toBe('+65 9123 4567');
    expect(await demo.page.getByLabel('Country or region').inputValue()).toBe('SG');
  });

  it('lets every character be deleted again', async () => {
    const demo = await openDemo();
    await demo.enterNumber('201');
    const number = demo.page.getByLabel('Phone number');
    for (const _ of await number.inputValue()) await number.press('Backspace');
    expect(await number.inputValue()).toBe('');
  });

  it('asks for a whole number, and hints at an unusual one', async () => {
    const demo = await openDemo();
    await demo.enterNumber('555');
    await demo.page.getByRole('button', { name: 'Text me a code' }).click();
    await demo.shows('Enter a whole phone number.');
    await demo.expectFocusOn('number');
    await demo.enterNumber('5550177');
    await demo.page.getByLabel('Phone number').press('Tab');
    await demo.shows('An unusual length for this country');
  });

  it('takes the country that the browser speaks of', async () => {
    const demo = await openDemo({ context: { locale: 'en-SG' } });
    await demo.chooseToCreate();
    expect(await demo.page.getByLabel('Country or region').inputValue()).toBe('SG');
  });

  // Chromium says so where the locale of a Linux is none that people speak, as in many a container.
  it.each([
    ['C', 'US'],
    ['de-DE@posix', 'DE'],
  ])('opens where the browser speaks of what is no language: %s', async (language, country) => {
    const demo = await openDemo();
    await demo.page.addInitScript(
      `Object.defineProperty(navigator, 'language', { value: '${language}' })`,
    );
    await demo.open();
    await demo.chooseToCreate();
    expect(await demo.page.getByLabel('Country or region').inputValue()).toBe(country);
  });
});

describeInBrowser('The code field', () => {
  it('does not spend a try on part of a code', async () => {
    const demo = await openDemo();
    const code = await demo.start();
    const input = demo.page.getByLabel('One-time code');
    await input.press('Enter');
    await demo.says('Type the code from the SMS first.');
    await demo.typeCode(code.slice(0, 3));
    await input.press('Enter');
    await demo.says('The code has 6 digits, and this is only 3 of them.');
    await demo.expectFocusOn('code');
    await demo.shows('3 tries left');
    await demo.typeCode(code.slice(3));
    await demo.heading('You are signed in');
  });

  it('is one that phones fill in by themselves', async () => {
    const demo = await openDemo();
    await demo.start();
    const code = demo.page.getByLabel('One-time code');
    expect(await code.getAttribute('autocomplete')).toBe('one-time-code');
    expect(await code.getAttribute('inputmode')).toBe('numeric');
  });

  it('takes a whole SMS that is pasted, and submits', async () => {
    const demo = await openDemo();
    const code = await demo.start();
    await demo.page
      .getByLabel('One-time code')
      .fill(`Your OTP is ${code.slice(0, 3)} ${code.slice(3)}`);
    await demo.heading('You are signed in');
  });

  it('is filled by a tap on the code in the SMS', async () => {
    const demo = await openDemo();
    const code = await demo.start();
    await demo.page.getByRole('log').getByRole('button', { name: code }).click();
    await demo.heading('You are signed in');
  });

  it('is filled by WebOTP where the browser has it', async () => {
    const demo = await openDemo();
    await demo.page.evaluate(`
      const arrived = new Promise((resolve) => { window.arrive = resolve; });
      window.OTPCredential = class {};
      navigator.credentials.get = ({ otp }) => arrived.then((code) => ({ type: otp.transport[0], code }));
    `);
    const code = await demo.start();
    await demo.page.evaluate(`window.arrive('${code}')`);
    await demo.heading('You are signed in');
  });

  it('takes codes of the length that the function sends', async () => {
    const demo = await openDemo({ env: { OTP_LENGTH: '8' } });
    await demo.start();
    const code = /\d{8}$/.exec(demo.endpoint.inbox.latest()?.message ?? '')?.[0] ?? '';
    await demo.typeCode(code.slice(0, 7));
    expect(await demo.page.getByLabel('One-time code').inputValue()).toBe(code.slice(0, 7));
    await demo.typeCode(code.slice(7));
    await demo.heading('You are signed in');
  });
});
