import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isTemplate, namesIn, resolve, TemplateError, Unresolved } from '../../smoke/scenario/template.ts';
import { parsed, resolved, scopeOf, valueIn } from './scope.ts';

test('a text without an expression stays a text', () => {
  assert.equal(parsed('a $ { } {{ x }} b'), 'a $ { } {{ x }} b');
});

test('names are the marker, aliases, vars, env, secrets and the run', () => {
  const scope = scopeOf({ tree: { web: parsed('${{ env.WEB_URL }}/x') } });
  assert.equal(
    valueIn(
      '${{marker}} ${{ booking }} ${{ vars.web }} ${{ env.WEB_URL }} ${{ secret.TOKEN }} ${{ run.id }} ${{ run.startedAt }}',
      scope,
    ),
    'smk-t4n2xw7f3kq9tz2m 8841 http://web:4100/x http://web:4100 s3cret-token run-1 2026-03-28T10:00:00Z',
  );
});

test('a lone expression keeps the type of its value, and inside a text it becomes text', () => {
  const scope = scopeOf({
    tree: { count: 3, on: true, list: [1, { a: parsed('${{ marker }}') }], big: 12345678901234567890n },
  });
  assert.equal(valueIn('${{ vars.count }}', scope), 3);
  assert.equal(valueIn('${{ vars.on }}', scope), true);
  assert.equal(valueIn('${{ vars.big }}', scope), 12345678901234567890n);
  assert.deepEqual(valueIn('${{ vars.list }}', scope), [1, { a: 'smk-t4n2xw7f3kq9tz2m' }]);
  assert.equal(valueIn('n=${{ vars.count }} ${{ vars.on }} ${{ vars.big }}', scope), 'n=3 true 12345678901234567890');
  assert.equal(valueIn('${{ vars.list }}.', scope), '[1,{"a":"smk-t4n2xw7f3kq9tz2m"}].');
  assert.equal(valueIn('${{ 5 }}'), 5);
});

test('a text in quotes may hold quotes, braces and the beginning of a template', () => {
  assert.equal(valueIn("${{ 'it''s }} ${{ x }}' }}"), "it's }} ${{ x }}");
});

test('?? takes the first that has a value; empty environment variables have none', () => {
  assert.equal(valueIn("${{ env.NO ?? env.EMPTY ?? secret.NO ?? 'd' }}"), 'd');
  assert.equal(valueIn('${{ env.WEB_URL ?? booking }}'), 'http://web:4100');
  assert.equal(valueIn('${{ ref ?? vars.ref ?? 7 }}', scopeOf({ tree: { ref: parsed('${{ later }}') } })), 7);
});

test('what has no value yet is named, each once, without throwing', () => {
  const scope = scopeOf({ tree: { a: parsed('${{ ref }}/${{ env.NO }}') } });
  assert.deepEqual(
    resolve([parsed('${{ ref }} ${{ booking }}'), { x: parsed('${{ vars.a }}') }, parsed('${{ base64(job) }}')], scope),
    {
      ok: false,
      missing: ['ref', 'env.NO', 'job'],
    },
  );
  assert.deepEqual(resolved('${{ env.EMPTY ?? secret.NO }}'), { ok: false, missing: ['env.EMPTY', 'secret.NO'] });
  assert.deepEqual(resolved('${{ vars.nobody }}'), { ok: false, missing: ['vars.nobody'] });
  assert.ok(scope.vars('a') instanceof Unresolved);
});

test('a value given for a variable stands before that of the file', () => {
  const scope = scopeOf({ tree: { web: 'a' }, given: { web: 'b' } });
  assert.equal(valueIn('${{ vars.web }}', scope), 'b');
});

test('names of Object.prototype are no variables and no environment', () => {
  assert.deepEqual(resolved('${{ vars.toString }}'), { ok: false, missing: ['vars.toString'] });
  assert.deepEqual(resolved('${{ env.hasOwnProperty }}'), { ok: false, missing: ['env.hasOwnProperty'] });
});

test('variables made of themselves stop with an error', () => {
  const scope = scopeOf({ tree: { a: parsed('${{ vars.b }}'), b: parsed('${{ vars.a }}') } });
  assert.throws(() => resolved('${{ vars.a }}', scope), TemplateError);
});

test('variables see aliases learned after the scope was made', () => {
  const aliases = new Map<string, string>();
  const scope = scopeOf({ aliases, tree: { a: parsed('/${{ ref }}') } });
  assert.equal(resolved('${{ vars.a }}', scope).ok, false);
  aliases.set('ref', 'R-1');
  assert.equal(valueIn('${{ vars.a }}', scope), '/R-1');
});

test('values put into a URL are encoded, but for the base that starts it', () => {
  const scope = scopeOf({
    aliases: new Map([['ref', 'a/b?c=&d#e é']]),
    env: { HOST: 'h:80', USER: 'a:b@c' },
    tree: { web: 'http://w/base?x=1' },
  });
  assert.equal(valueIn('${{ vars.web }}/${{ ref }}', scope, 'url'), 'http://w/base?x=1/a%2Fb%3Fc%3D%26d%23e%20%C3%A9');
  assert.equal(valueIn('http://${{ env.HOST }}/${{ ref }}', scope, 'url'), 'http://h:80/a%2Fb%3Fc%3D%26d%23e%20%C3%A9');
  assert.equal(valueIn('http://${{ env.USER }}@h/', scope, 'url'), 'http://a%3Ab%40c@h/');
  assert.equal(valueIn('http://h/?u=${{ env.HOST }}', scope, 'url'), 'http://h/?u=h%3A80');
  assert.equal(valueIn('${{ vars.web }}', scope, 'url'), 'http://w/base?x=1');
});

test('a value never makes a URL lead to its parent, and an empty alias is none', () => {
  const at = (ref: string): unknown =>
    valueIn('http://h/bookings/${{ ref }}', scopeOf({ aliases: new Map([['ref', ref]]) }), 'url');
  assert.throws(() => at('..'), TemplateError);
  assert.throws(() => at('.'), TemplateError);
  assert.equal(at('...'), 'http://h/bookings/...');
  assert.deepEqual(resolved('${{ ref }}', scopeOf({ aliases: new Map([['ref', '']]) })), {
    ok: false,
    missing: ['ref'],
  });
});

test('values put into XML are escaped, and what XML cannot hold is replaced', () => {
  const scope = scopeOf({ aliases: new Map([['ref', `<&>"'\u0000\ud800\r`]]) });
  assert.equal(valueIn('<a>${{ ref }}</a>', scope, 'xml'), '<a>&lt;&amp;&gt;&quot;&apos;\ufffd\ufffd&#13;</a>');
});

test('names are found with those behind variables', () => {
  const vars = {
    web: parsed('${{ env.WEB }}/${{ vars.path }}'),
    path: parsed('${{ ref }}-${{ marker }}'),
    other: parsed('${{ secret.NO }}'),
  };
  const names = namesIn({ a: [parsed('${{ vars.web }} ${{ base64(secret.X) }}')] }, vars);
  assert.deepEqual(
    [names.marker, [...names.aliases], [...names.vars], [...names.env], [...names.secrets]],
    [true, ['ref'], ['web', 'path'], ['WEB'], ['X']],
  );
  assert.equal(namesIn(parsed('${{ vars.web }}')).marker, false);
});

test('a value never adds keys or expressions, whatever it holds', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('${{ x }}', "': 1\nb: ", '{{', '"}', '\n- '),
      (text, odd) => {
        const value = `${text}${odd}${text}`;
        const scope = scopeOf({ aliases: new Map([['ref', value]]) });
        const tree = { a: parsed('${{ ref }}'), b: { c: parsed('<${{ ref }}>') } };
        assert.deepEqual(resolve(tree, scope), { ok: true, value: { a: value, b: { c: `<${value}>` } } });
      },
    ),
  );
});

test('a value in a URL never leaves its place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      fc.pre(text !== '.' && text !== '..');
      const url = new URL(
        String(valueIn('http://h/a/${{ ref }}/z?q=${{ ref }}', scopeOf({ aliases: new Map([['ref', text]]) }), 'url')),
      );
      assert.equal(url.host, 'h');
      assert.match(url.pathname, /^\/a\/[^/]+\/z$/);
      assert.equal(url.searchParams.get('q'), text.toWellFormed());
      assert.deepEqual([...url.searchParams.keys()], ['q']);
      assert.equal(url.hash, '');
    }),
  );
});

test('any text in an expression is parsed or refused, never more', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'abv.s ?(),\'"}{$1-') }), (text) => {
      let tree: unknown;
      try {
        tree = parsed(`\${{ ${text} }}`);
      } catch (error) {
        assert.ok(error instanceof assert.AssertionError);
        return;
      }
      assert.ok(isTemplate(tree));
    }),
  );
});
