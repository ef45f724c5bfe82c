import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatOf } from '../../smoke/select/format.ts';

test('a declared content type decides, whatever the text looks like', () => {
  assert.equal(formatOf('application/json; charset=utf-8', '<html>'), 'json');
  assert.equal(formatOf('application/problem+JSON', ''), 'json');
  assert.equal(formatOf('text/xml', '{}'), 'xml');
  assert.equal(formatOf('application/soap+xml;charset=utf-8', ''), 'xml');
  assert.equal(formatOf('text/html', '{}'), 'html');
  assert.equal(formatOf('application/xhtml+xml', ''), 'html');
  assert.equal(formatOf('text/plain', '{}'), 'text');
});

test('without a content type the first characters decide', () => {
  assert.equal(formatOf(undefined, '\uFEFF [1]'), 'json');
  assert.equal(formatOf('', ' <!DOCTYPE html><p>'), 'html');
  assert.equal(formatOf('application/octet-stream', '<?xml version="1.0"?><a/>'), 'xml');
  assert.equal(formatOf(undefined, '<OTA_Read>'), 'xml');
  assert.equal(formatOf(undefined, 'smk-1 saved'), 'text');
});
