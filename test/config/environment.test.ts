import { describe, expect, it } from 'vitest';
import { completeEnvironment, type OtherPlaces } from '../../src/config/environment.ts';
import { ConfigError } from '../../src/settings.ts';

const places: OtherPlaces = {
  readFile: () => Promise.reject(new Error('no such file')),
  readSecret: () => Promise.reject(new TypeError('secret-123456')),
};
const file = (text: string) => ({ ...places, readFile: async () => text });

describe('A file of settings', () => {
  it('fills in what the environment does not set; what is no text is taken for JSON', async () => {
    const env = await completeEnvironment(
      { SETTINGS_FILE: 'settings.json', OTP_LENGTH: '6', APP_NAME: '' },
      file(
        '{"OTP_LENGTH":8,"APP_NAME":"Acme","SMS_ROUTES":[{"countries":["*"]}],"PASSWORD_FIRST":true}',
      ),
    );
    expect(env).toEqual({
      SETTINGS_FILE: 'settings.json',
      OTP_LENGTH: '6',
      APP_NAME: 'Acme',
      SMS_ROUTES: '[{"countries":["*"]}]',
      PASSWORD_FIRST: 'true',
    });
  });

  it('may name the schema that editors check it with, which is no setting', async () => {
    const text = '{"$schema":"deploy/settings.schema.json","OTP_LENGTH":8}';
    const env = await completeEnvironment({ SETTINGS_FILE: 'settings.json' }, file(text));
    expect(env).toEqual({ SETTINGS_FILE: 'settings.json', OTP_LENGTH: '8' });
  });

  it('may begin with a byte order mark, as editors on Windows write it', async () => {
    const text = '\ufeff{"OTP_LENGTH":8}';
    const env = await completeEnvironment({ SETTINGS_FILE: 'settings.json' }, file(text));
    expect(env).toMatchObject({ OTP_LENGTH: '8' });
  });

  it.each(['', 'null', '[]', '"text"', '{'])('is refused when it holds %j', async (text) => {
    const completing = completeEnvironment({ SETTINGS_FILE: 'settings.json' }, file(text));
    await expect(completing).rejects.toThrow(ConfigError);
    await expect(completing).rejects.toThrow(
      'SETTINGS_FILE names settings.json, which does not hold settings; it takes a JSON object',
    );
  });

  it('that is not there is named', async () => {
    await expect(completeEnvironment({ SETTINGS_FILE: 'gone.json' }, places)).rejects.toThrow(
      "SETTINGS_FILE names gone.json, which can't be read.",
    );
  });
});

describe('A variable that is kept as a secret', () => {
  it('is read under the name that its own variable holds, all of them at once', async () => {
    const events: string[] = [];
    const env = await completeEnvironment(
      {
        OTP_HASH_KEY_SECRET: 'hash',
        OTP_LOOKUP_KEY_SECRET: 'lookup',
        TWILIO_SECRET_SECRET: 'token',
      },
      {
        ...places,
        readSecret: async (id) => {
          events.push(`ask ${id}`);
          await Promise.resolve();
          events.push(`got ${id}`);
          return `secret ${id}`;
        },
        whileReading: () => events.push('meanwhile'),
      },
    );
    expect(env).toMatchObject({
      OTP_HASH_KEY: 'secret hash',
      OTP_LOOKUP_KEY: 'secret lookup',
      TWILIO_SECRET: 'secret token',
    });
    expect(events.slice(0, 4)).toEqual(['ask hash', 'ask lookup', 'ask token', 'meanwhile']);
  });

  it('may be named by a file of settings', async () => {
    const env = await completeEnvironment(
      { SETTINGS_FILE: 'settings.json' },
      { ...file('{"OTP_HASH_KEY_SECRET":"hash"}'), readSecret: async (id) => `secret ${id}` },
    );
    expect(env.OTP_HASH_KEY).toBe('secret hash');
  });

  it('can not be set by itself, too', async () => {
    await expect(
      completeEnvironment({ OTP_HASH_KEY: 'x', OTP_HASH_KEY_SECRET: 'hash' }, places),
    ).rejects.toThrow('OTP_HASH_KEY and OTP_HASH_KEY_SECRET are both set; set one of them.');
  });

  it('that can not be read is named, with the kind of error alone', async () => {
    const completing = completeEnvironment({ OTP_HASH_KEY_SECRET: 'hash' }, places);
    await expect(completing).rejects.toThrow(
      "OTP_HASH_KEY_SECRET names a secret that can't be read (TypeError); it takes",
    );
    await expect(completing).rejects.not.toThrow('123456');
  });

  it('that can not be read is named with the type alone of what is thrown and is no error', async () => {
    const readSecret = () => Promise.reject('secret-123456');
    const completing = completeEnvironment(
      { OTP_HASH_KEY_SECRET: 'hash' },
      { ...places, readSecret },
    );
    await expect(completing).rejects.toThrow("can't be read (string); it takes");
    await expect(completing).rejects.not.toThrow('123456');
  });

  it('costs nothing where there is none', async () => {
    const env = { OTP_HASH_KEY: 'x' };
    expect(await completeEnvironment(env, places)).toBe(env);
  });
});
