/** `npm run attach` and `npm run detach`, run as the processes they are. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOperatorWorld, type Settings } from '../support/operator-world.ts';
import { arn, CLIENT, POOL_OPTIONS } from './local/contract/all-settings.ts';

const ATTACH = 'deploy/attach.ts';
const DETACH = 'deploy/detach.ts';
const THEIRS = arn('theirs');

/** As it should be. */
const GOOD_CLIENT = {
  ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  PreventUserExistenceErrors: 'ENABLED',
  AuthSessionValidity: 5,
  WriteAttributes: ['locale'],
};

async function createWorld(settings: Settings = {}) {
  const world = await createOperatorWorld(settings);
  const named = ['--user-pool', world.userPoolId, '--function', 'phone-otp'];
  return {
    ...world,
    ours: world.lambda.arn,
    attach: (...args: string[]) => world.run(ATTACH, [...named, ...args]),
    detach: (...args: string[]) => world.run(DETACH, args),
    backups: () => readdir(world.directory),
    /** The path of the backup that this output tells. */
    backupIn: (output: string) => /^Backup: (.+)$/m.exec(output)?.[1] ?? '',
    triggers: async () => (await world.readPool()).LambdaConfig ?? {},
  };
}

function ourTriggers(ours: string) {
  return {
    DefineAuthChallenge: ours,
    CreateAuthChallenge: ours,
    VerifyAuthChallengeResponse: ours,
  };
}

describe('npm run attach', () => {
  it('attaches the function, and shows what that changes', async () => {
    const { userPoolId, poolArn, ours, attach, triggers } = await createWorld();
    const { code, output } = await attach();
    expect(code).toBe(0);
    expect(output).toContain(`user pool theirs (${userPoolId})
+ LambdaConfig.DefineAuthChallenge: "${ours}"
+ LambdaConfig.CreateAuthChallenge: "${ours}"
+ LambdaConfig.VerifyAuthChallengeResponse: "${ours}"
`);
    expect(output).toContain(
      `function ${ours}\n+ policy.cognito-${userPoolId}: "cognito-idp.amazonaws.com may invoke it for ${poolArn}"\n`,
    );
    expect(output).toMatch(/\nDone, and read back: .* npm run detach -- --backup \/.+\n$/);
    expect(await triggers()).toEqual(ourTriggers(ours));
  });

  it("lets the pool call the function, and nobody else's", async () => {
    const { userPoolId, poolArn, ours, lambda, attach } = await createWorld();
    await attach();
    expect(lambda.statements).toEqual([
      {
        Sid: `cognito-${userPoolId}`,
        Effect: 'Allow',
        Principal: { Service: 'cognito-idp.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: ours,
        Condition: {
          StringEquals: { 'AWS:SourceAccount': '000000000000' },
          ArnLike: { 'AWS:SourceArn': poolArn },
        },
      },
    ]);
  });

  it('keeps every other setting and trigger', async () => {
    const others = { PostConfirmation: THEIRS, PreSignUp: THEIRS };
    const pool = { ...POOL_OPTIONS, LambdaConfig: others };
    const { ours, attach, readPool, readClient, clientId } = await createWorld({
      pool,
      client: CLIENT,
    });
    const { LastModifiedDate: _, AdminCreateUserConfig: __, ...before } = await readPool();
    const client = await readClient();
    // The client takes passwords, still.
    expect((await attach('--client', clientId)).code).toBe(2);
    expect(await readPool()).toMatchObject({
      ...before,
      LambdaConfig: { ...others, ...ourTriggers(ours) },
    });
    expect(await readClient()).toEqual(client);
  });

  it('is Pre sign-up trigger, too, where that is asked for', async () => {
    const { ours, attach, triggers } = await createWorld();
    await attach('--pre-sign-up');
    expect(await triggers()).toEqual({ ...ourTriggers(ours), PreSignUp: ours });
  });

  it('attaches an alias as such, and lets the pool call that', async () => {
    const { userPoolId, lambda, triggers, run } = await createWorld();
    const alias = `${lambda.arn}:live`;
    const { code } = await run(ATTACH, ['--user-pool', userPoolId, '--function', alias]);
    expect(code).toBe(0);
    expect(await triggers()).toEqual(ourTriggers(alias));
    expect(lambda.statements).toMatchObject([{ Resource: alias }]);
  });

  it('changes nothing in a dry run, and writes no backup', async () => {
    const { attach, triggers, lambda, backups } = await createWorld();
    const { code, output } = await attach('--dry-run');
    expect(code).toBe(0);
    expect(output).toContain('+ LambdaConfig.DefineAuthChallenge: ');
    expect(output).toMatch(/\nNothing was changed: this was a dry run\.\n$/);
    expect(await triggers()).toEqual({});
    expect(lambda.changes).toEqual([]);
    expect(await backups()).toEqual([]);
  });

  it('has nothing to do a second time', async () => {
    const { attach, lambda, backups } = await createWorld();
    await attach();
    expect(await attach()).toMatchObject({
      code: 0,
      output: 'Nothing to change: the function is attached.\n',
    });
    expect(lambda.changes).toEqual(['POST']);
    expect(await backups()).toHaveLength(1);
  });

  it.each([
    ["the console's", { ArnLike: { 'AWS:SourceArn': 'POOL' } }, []],
    ["another pool's", { ArnLike: { 'AWS:SourceArn': `${THEIRS}-pool` } }, ['POST']],
    ['one for any pool', undefined, ['POST']],
  ])('adds no permission beside one that is there: %s', async (_, condition, changes) => {
    const { poolArn, ours, attach, lambda } = await createWorld();
    lambda.statements.push({
      Sid: 'theirs',
      Effect: 'Allow',
      Principal: { Service: 'cognito-idp.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: ours,
      ...(condition &&
        JSON.parse(JSON.stringify({ Condition: condition }).replace('POOL', poolArn))),
    });
    await attach();
    expect(lambda.changes).toEqual(changes);
  });

  it('goes on where it was interrupted', async () => {
    const { ours, attach, lambda, cognito, userPoolId, triggers } = await createWorld();
    const LambdaConfig = { DefineAuthChallenge: ours };
    await cognito.send(new UpdateUserPoolCommand({ UserPoolId: userPoolId, LambdaConfig }));
    lambda.refuse(/^POST policy/, 'ServiceException');
    const refused = await attach();
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/^Backup: /m);
    expect(refused.output).toContain('AWS refuses lambda:AddPermission: ServiceException');
    expect(await triggers()).toEqual(LambdaConfig);
    lambda.refuse(/^never$/, '');
    expect((await attach()).code).toBe(0);
    expect(await triggers()).toEqual(ourTriggers(ours));
  });

  it('goes by a profile of the AWS configuration, and asks for credentials without', async () => {
    const { userPoolId, directory, run, triggers, ours } = await createWorld();
    const file = join(directory, 'credentials');
    await writeFile(
      file,
      '[ops]\naws_access_key_id = a\naws_secret_access_key = b\n[guarded]\nrole_arn = arn:aws:iam::000000000000:role/ops\nsource_profile = ops\nmfa_serial = arn:aws:iam::000000000000:mfa/me\n',
    );
    const args = ['--user-pool', userPoolId, '--function', 'phone-otp'];
    const env = {
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SHARED_CREDENTIALS_FILE: file,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    expect(await run(ATTACH, args, env)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^There are no AWS credentials: .* --profile\.\n$/) as unknown,
    });
    expect((await run(ATTACH, [...args, '--profile', 'guarded'], env)).output).toMatch(
      /^There are no AWS credentials: Profile guarded requires multi-factor authentication, .*\n$/,
    );
    expect((await run(ATTACH, [...args, '--profile', 'ops'], env)).code).toBe(0);
    expect(await triggers()).toEqual(ourTriggers(ours));
  });

  it('tells programs the same in one object', async () => {
    const { ours, userPoolId, attach } = await createWorld();
    const outcome = JSON.parse((await attach('--json')).stdout);
    expect(outcome).toMatchObject({ clientFaults: [], differences: [], backup: /./ });
    expect(outcome.changes).toContainEqual({
      of: `user pool theirs (${userPoolId})`,
      changes: expect.arrayContaining([
        { setting: 'LambdaConfig.DefineAuthChallenge', to: ours },
      ]) as unknown,
    });
  });
});

describe('The place of another function', () => {
  const pool = { LambdaConfig: { CreateAuthChallenge: THEIRS, PreSignUp: THEIRS } };

  it('is not taken, and nothing is changed', async () => {
    const { attach, triggers, lambda } = await createWorld({ pool });
    expect(await attach('--pre-sign-up')).toMatchObject({
      code: 1,
      output: `Another function has the place: CreateAuthChallenge calls ${THEIRS}, PreSignUp calls ${THEIRS}. Say --replace if this function is to take it.\n`,
    });
    expect(await triggers()).toEqual(pool.LambdaConfig);
    expect(lambda.changes).toEqual([]);
  });

  it('is taken with --replace, and shown', async () => {
    const { ours, attach, triggers } = await createWorld({ pool });
    const { code, output } = await attach('--replace');
    expect(code).toBe(0);
    expect(output).toContain(
      `- LambdaConfig.CreateAuthChallenge: "${THEIRS}"\n+ LambdaConfig.CreateAuthChallenge: "${ours}"\n`,
    );
    expect(await triggers()).toEqual({ ...ourTriggers(ours), PreSignUp: THEIRS });
  });
});

describe('The app clients that are named', () => {
  it('are told what is wrong with them, and left as they are', async () => {
    const { attach, clientId, readClient } = await createWorld();
    const before = await readClient();
    const { code, output } = await attach('--client', clientId);
    expect(code).toBe(2);
    const [line] = output.split('\n').filter((one) => one.startsWith('app client web'));
    expect(line).toMatch(
      /allows ALLOW_USER_SRP_AUTH: .*; it lets users write phone_number.*; it tells who has an account: .*; it ends a round after 3 minutes, .* \(--mend-clients does what can be done here\)$/,
    );
    expect(await readClient()).toEqual(before);
  });

  it('are mended with --mend-clients, and keep all else', async () => {
    const { attach, clientId, readClient } = await createWorld({
      client: { ...CLIENT, AllowedOAuthFlowsUserPoolClient: false, WriteAttributes: undefined },
    });
    const { LastModifiedDate: _, ...before } = await readClient();
    const { code, output } = await attach('--client', clientId, '--mend-clients');
    expect(code).toBe(0);
    expect(output).not.toContain('app client web (');
    const after = await readClient();
    expect(after).toMatchObject({ ...before, AuthSessionValidity: 5 });
    expect(after.WriteAttributes).toEqual(expect.arrayContaining(['name', 'email', 'locale']));
    expect(after.WriteAttributes).not.toContain('phone_number');
    expect(after.ExplicitAuthFlows).toEqual(['ALLOW_CUSTOM_AUTH']);
  });

  it('refresh as they did: with the flow for it, or by rotation', async () => {
    const { attach, clientId, readClient, addClient } = await createWorld();
    const rotating = await addClient({ RefreshTokenRotation: { Feature: 'ENABLED' } });
    await attach('--client', clientId, '--client', rotating, '--mend-clients');
    expect((await readClient()).ExplicitAuthFlows).toEqual(GOOD_CLIENT.ExplicitAuthFlows);
    expect((await readClient(rotating)).ExplicitAuthFlows).toEqual(['ALLOW_CUSTOM_AUTH']);
  });

  it('keep a hosted page, of which it says so', async () => {
    const { attach, clientId, readClient } = await createWorld({ client: CLIENT });
    const { code, output } = await attach('--client', clientId, '--mend-clients');
    expect(code).toBe(2);
    expect(output).toMatch(/^app client All of it \(\w+\) has a hosted page: .*\.$/m);
    expect(await readClient()).toMatchObject({ AllowedOAuthFlowsUserPoolClient: true });
  });

  it('are as good as they can be: nothing to say', async () => {
    const { attach, clientId } = await createWorld({ client: GOOD_CLIENT });
    const { code, output } = await attach('--client', clientId);
    expect(code).toBe(0);
    expect(output).not.toContain('app client');
  });
});

describe('The backup', () => {
  it('is for its owner alone, and holds no secret of a client', async () => {
    const { attach, backupIn, clientId, readClient } = await createWorld({
      client: { GenerateSecret: true },
    });
    const path = backupIn((await attach('--client', clientId)).output);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const { ClientSecret = '' } = await readClient();
    expect(ClientSecret).not.toBe('');
    expect(await readFile(path, 'utf8')).not.toContain(ClientSecret);
  });

  it('is written first: where it can not be, nothing changes', async () => {
    const { userPoolId, run, triggers, lambda } = await createWorld();
    const args = ['--user-pool', userPoolId, '--function', 'phone-otp'];
    const { code, output } = await run(ATTACH, args, { INIT_CWD: '/nowhere' });
    expect(code).toBe(1);
    expect(output).toMatch(/^The backup can't be written: .*\. Nothing was changed\.$/m);
    expect(await triggers()).toEqual({});
    expect(lambda.changes).toEqual([]);
  });
});

describe('npm run detach', () => {
  it('puts back triggers, clients and permission', async () => {
    const LambdaConfig = { CreateAuthChallenge: THEIRS, PreSignUp: THEIRS };
    const world = await createWorld({ pool: { ...POOL_OPTIONS, LambdaConfig } });
    const { attach, detach, backupIn, readClient, triggers, lambda, clientId } = world;
    const { LastModifiedDate: _, ...client } = await readClient();
    const attached = await attach('--replace', '--client', clientId, '--mend-clients');
    const { code, output } = await detach('--backup', backupIn(attached.output));
    expect(code).toBe(0);
    expect(output).toMatch(/\nDone, and read back\.\n$/);
    expect(await triggers()).toEqual(LambdaConfig);
    expect(await readClient()).toMatchObject(client);
    expect(lambda.statements).toEqual([]);
  });

  it('leaves what was changed since, and says so of what it would have put back', async () => {
    const { attach, detach, backupIn, cognito, userPoolId, ours, readPool } = await createWorld();
    const backup = backupIn((await attach()).output);
    const changed = {
      LambdaConfig: { ...ourTriggers(ours), CreateAuthChallenge: THEIRS, PreSignUp: ours },
      UserPoolTags: { stage: 'live' },
    };
    await cognito.send(new UpdateUserPoolCommand({ UserPoolId: userPoolId, ...changed }));
    const { output } = await detach('--backup', backup);
    expect(output).toContain(
      'user pool: LambdaConfig.CreateAuthChallenge was changed since, and stays.\n',
    );
    expect(await readPool()).toMatchObject({
      LambdaConfig: { CreateAuthChallenge: THEIRS, PreSignUp: ours },
      UserPoolTags: { stage: 'live' },
    });
  });

  it('keeps the permission while a trigger still calls the function', async () => {
    const { attach, detach, backupIn, cognito, userPoolId, ours, lambda } = await createWorld();
    const backup = backupIn((await attach()).output);
    const LambdaConfig = { ...ourTriggers(ours), PostConfirmation: ours };
    await cognito.send(new UpdateUserPoolCommand({ UserPoolId: userPoolId, LambdaConfig }));
    const { output } = await detach('--backup', backup);
    expect(output).toContain('the permission that attach added stays: a trigger calls it.\n');
    expect(lambda.statements).toHaveLength(1);
  });

  it('does not say that all is as it was where the permission is all that stays', async () => {
    const { attach, detach, backupIn, lambda } = await createWorld();
    await attach();
    lambda.statements.length = 0;
    const backup = backupIn((await attach()).output);
    const { code, output } = await detach('--backup', backup);
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringMatching(
        /^function \S+: the permission that attach added stays: a trigger calls it\.\nNothing else to change\.\n$/,
      ),
    });
    expect(lambda.statements).toHaveLength(1);
  });

  it('puts back everything, where that is asked for', async () => {
    const world = await createWorld({ pool: POOL_OPTIONS });
    const { attach, detach, backupIn, cognito, userPoolId, readPool } = world;
    const { LastModifiedDate: _, AdminCreateUserConfig: __, ...before } = await readPool();
    const backup = backupIn((await attach('--replace')).output);
    await cognito.send(new UpdateUserPoolCommand({ UserPoolId: userPoolId }));
    await detach('--backup', backup, '--everything');
    expect(await readPool()).toMatchObject(before);
  });

  it('changes nothing in a dry run, and has nothing to do a second time', async () => {
    const { attach, detach, backupIn, triggers, ours } = await createWorld();
    const backup = backupIn((await attach()).output);
    const dry = await detach('--backup', backup, '--dry-run');
    expect(dry.output).toContain(`- LambdaConfig.DefineAuthChallenge: "${ours}"\n`);
    expect(await triggers()).toEqual(ourTriggers(ours));
    await detach('--backup', backup);
    expect(await detach('--backup', backup)).toMatchObject({
      code: 0,
      output: 'Nothing to change: all is as it was before attach.\n',
    });
  });

  it.each([
    ['none', undefined, /^--backup takes the file that attach wrote: ENOENT/],
    ['no JSON', '{', /^--backup takes the file that attach wrote, and .* is another: /],
    ['other JSON', '{}', /^--backup takes the file that attach wrote, and .* is another: /],
  ])('asks for the file that attach wrote: %s', async (_, content, sentence) => {
    const { detach, directory } = await createWorld();
    const path = join(directory, 'backup.json');
    if (content !== undefined) await writeFile(path, content);
    const { code, output } = await detach('--backup', 'backup.json');
    expect(code).toBe(1);
    expect(output).toMatch(sentence);
    expect(output.trim().split('\n')).toHaveLength(1);
  });
});

/** Cognito with a setting that this SDK does not have yet, or with second factors. */
async function startNewerCognito(target: string, change: (answer: string, call: string) => string) {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const call = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': String(request.headers['x-amz-target']),
      authorization: String(request.headers.authorization),
    };
    const answer = await fetch(target, { method: 'POST', body, headers });
    const changed = change(await answer.text(), call);
    response.writeHead(changed.startsWith('{"__type') ? 400 : 200, {
      'content-type': 'application/x-amz-json-1.1',
    });
    response.end(changed);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('A setting that is newer than the SDK', () => {
  async function createNewerWorld() {
    const world = await createWorld();
    const url = await startNewerCognito(world.url, (answer) =>
      answer.replace('"MfaConfiguration"', '"Future":{"A":1},"MfaConfiguration"'),
    );
    const args = ['--user-pool', world.userPoolId, '--function', 'phone-otp'];
    const env = { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url };
    return { ...world, run: (...more: string[]) => world.run(ATTACH, [...args, ...more], env) };
  }

  it('is not lost', async () => {
    const { run, triggers } = await createNewerWorld();
    const { code, output } = await run();
    expect(code).toBe(1);
    expect(output).toMatch(/would lose: UserPool\.Future\. .* --lose UserPool\.Future\.\n$/);
    expect(await triggers()).toEqual({});
  });

  it('is lost where the caller says so', async () => {
    const { run } = await createNewerWorld();
    expect((await run('--lose', 'UserPool.Future')).code).toBe(0);
  });
});

describe('Second factors, which UpdateUserPool does not take', () => {
  it('are read before and after, and told where they differ', async () => {
    const world = await createWorld();
    let isUpdated = false;
    const url = await startNewerCognito(world.url, (answer, call) => {
      if (call === 'GetUserPoolMfaConfig') {
        return JSON.stringify({
          MfaConfiguration: 'OPTIONAL',
          SoftwareTokenMfaConfiguration: { Enabled: !isUpdated },
        });
      }
      if (call === 'UpdateUserPool') {
        isUpdated = true;
        return '{}';
      }
      return answer.replace('"MfaConfiguration":"OFF"', '"MfaConfiguration":"OPTIONAL"');
    });
    const args = ['--user-pool', world.userPoolId, '--function', 'phone-otp'];
    const env = { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url };
    const { code, output } = await world.run(ATTACH, args, env);
    expect(code).toBe(1);
    expect(output).toContain(`Read back, not all is as planned:`);
    expect(output).toContain(`second factors
- SoftwareTokenMfaConfiguration.Enabled: true
+ SoftwareTokenMfaConfiguration.Enabled: false
`);
  });
});

describe('An update of the pool that Cognito refuses', () => {
  /** What Cognito says of the update, in place of carrying it out. */
  async function createRefusingWorld(change: (answer: string, call: string) => string) {
    const world = await createWorld();
    const url = await startNewerCognito(world.url, change);
    const args = ['--user-pool', world.userPoolId, '--function', 'phone-otp'];
    const env = { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url };
    return { ...world, attach: () => world.run(ATTACH, args, env) };
  }
  const refusal = (name: string) => (answer: string, call: string) =>
    call === 'UpdateUserPool' ? `{"__type":"${name}","message":"no"}` : answer;

  it.each(['NotAuthorizedException', 'InvalidParameterException'])(
    'leaves no permission behind: %s',
    async (name) => {
      const { attach, lambda } = await createRefusingWorld(refusal(name));
      const { code, output } = await attach();
      expect(code).toBe(1);
      expect(output).toContain('cognito-idp:UpdateUserPool');
      expect(lambda.changes).toEqual(['POST', 'DELETE']);
      expect(lambda.statements).toEqual([]);
    },
  );

  it('says so where the permission can not be taken back', async () => {
    const { attach, lambda, userPoolId } = await createRefusingWorld(
      refusal('NotAuthorizedException'),
    );
    lambda.refuse(/^DELETE policy/, 'AccessDeniedException');
    const { code, output } = await attach();
    expect(code).toBe(1);
    expect(output).toContain('the credentials need cognito-idp:UpdateUserPool.');
    expect(output).toContain(`The permission cognito-${userPoolId} was added before, and stays: `);
    expect(output).toContain('the credentials need lambda:RemovePermission.');
  });
});

describe('A pool or client that somebody else changes meanwhile', () => {
  /** Answers the second description of it as if it had changed since the first. */
  async function createChangingWorld(what: string, from: string, to: string, settings?: Settings) {
    const world = await createWorld(settings);
    let described = 0;
    const url = await startNewerCognito(world.url, (answer, call) => {
      if (call !== what) return answer;
      described += 1;
      return described === 2 ? answer.replace(from, to) : answer;
    });
    const args = ['--user-pool', world.userPoolId, '--function', 'phone-otp'];
    const env = { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url };
    const attach = (...more: string[]) => world.run(ATTACH, [...args, ...more], env);
    return { ...world, attach };
  }

  it('is left as it is: the pool, whose change an update would take back', async () => {
    const { attach, triggers, lambda } = await createChangingWorld(
      'DescribeUserPool',
      '"DeletionProtection":"INACTIVE"',
      '"DeletionProtection":"ACTIVE"',
      { pool: { DeletionProtection: 'INACTIVE' } },
    );
    const { code, output } = await attach();
    expect(code).toBe(1);
    expect(output).toMatch(
      /^Somebody else has changed user pool theirs .* \(DeletionProtection\), and it was left as it is: run this again\.$/m,
    );
    expect(await triggers()).toEqual({});
    expect(lambda.statements).toEqual([]);
    expect((await attach()).code).toBe(0);
  });

  it('is left as it is: a client', async () => {
    const { attach, clientId, readClient } = await createChangingWorld(
      'DescribeUserPoolClient',
      '"RefreshTokenValidity":30',
      '"RefreshTokenValidity":31',
      { client: { RefreshTokenValidity: 30 } },
    );
    const before = await readClient();
    const { code, output } = await attach('--client', clientId, '--mend-clients');
    expect(code).toBe(1);
    expect(output).toMatch(
      /^Somebody else has changed app client web .* \(RefreshTokenValidity\)/m,
    );
    expect(await readClient()).toEqual(before);
    expect((await attach('--client', clientId, '--mend-clients')).code).toBe(0);
  });
});

describe('npm run attach says in one sentence', () => {
  it.each([
    ['without a pool', ['--function', 'f'], "--user-pool takes a user pool's id"],
    ['without a function', ['--user-pool', 'us-east-1_a'], "--function takes the function's ARN"],
    [
      'with no client to mend',
      ['--user-pool', 'us-east-1_a', '--function', 'f', '--mend-clients'],
      '--mend-clients mends the clients that --client names',
    ],
    ['with an unknown option', ['--pool', 'x'], 'see npm run attach -- --help.'],
  ])('what it takes, %s', async (_, args, sentence) => {
    const { run } = await createOperatorWorld();
    const { code, output } = await run(ATTACH, args);
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain(sentence);
  });

  it('that there is no such pool, client or function', async () => {
    const { run, attach, userPoolId } = await createWorld();
    const pool = await run(ATTACH, ['--user-pool', 'us-east-1_None', '--function', 'phone-otp']);
    expect(pool).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^There is no user pool/),
    });
    const client = await attach('--client', 'none');
    expect(client).toMatchObject({
      code: 1,
      output: expect.stringContaining('no app client none'),
    });
    const none = await run(ATTACH, ['--user-pool', userPoolId, '--function', 'none']);
    expect(none).toMatchObject({ code: 1, output: expect.stringMatching(/^There is no function/) });
  });

  it('that the function is elsewhere', async () => {
    const world = await createWorld({
      configuration: { FunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:phone-otp' },
    });
    const { code, output } = await world.attach();
    expect(code).toBe(1);
    expect(output).toContain('The function is in eu-west-1 and the pool in us-east-1');
  });

  it('which permission it lacks', async () => {
    const { attach, lambda } = await createWorld();
    lambda.refuse(/^GET policy/, 'AccessDeniedException');
    expect(await attach()).toMatchObject({
      code: 1,
      output: 'AWS refuses access: the credentials need lambda:GetPolicy.\n',
    });
  });

  it('what it does, when asked', async () => {
    const { run } = await createOperatorWorld();
    for (const [file, name] of [
      [ATTACH, 'attach'],
      [DETACH, 'detach'],
    ] as const) {
      const { code, output } = await run(file, ['--help']);
      expect(code).toBe(0);
      expect(output).toContain(`npm run ${name} -- --`);
    }
  });
});
