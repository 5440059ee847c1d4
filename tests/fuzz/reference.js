// SPDX-License-Identifier: GPL-2.0-only
// Do two readers of JSON5 agree on thousands of texts, and on what they mean? Ours answers through json5_values; the
// other one is the npm package json5, by which the agents read their configs.
//
// usage: node reference.js JSON5-PACKAGE JSON5-VALUES COUNT SEED FILE...
//
// Taken are the files, and COUNT texts that are made from them and from nothing, always the same for a SEED.
'use strict';
const fs = require('fs');
const {spawnSync} = require('child_process');
const [, , packageDir, values, count, seed, ...files] = process.argv;
const JSON5 = require(fs.realpathSync(packageDir));
console.warn = () => {}; // it warns of U+2028 in strings

// --- chance, the same each time ------------------------------------------------------------------
let state = Number(seed) >>> 0;
function random(n) { // mulberry32
	state = (state + 0x6d2b79f5) >>> 0;
	let t = state;
	t = Math.imul(t ^ (t >>> 15), t | 1);
	t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
	return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = list => list[random(list.length)];

// --- texts ---------------------------------------------------------------------------------------
const spaces = ['', '', '', ' ', '\t', '\n', '\r\n', '\r', '\v', '\f', '\u00a0', '\ufeff', '\u2028', '\u2029', '\u3000',
	'\u2003', '// c\n', '/* c */', '/**/', '/* * / ** */', '//\u2028'];
const odd = ['\u180e', '\u0085', '\u200b', '\u200c', '\u200d', '\0', '/', '//', '/*', '*/', '#', '`', '\\', '\\\n', '\\u',
	'\\x', '\\u{41}', '\u00e9', '\u03c0', '\ud83d\ude00', '\u0300', '\u2118', '\u203f', '\u4e2d', '\u16ee', '\u01c5'];
const punctuation = ['{', '}', '[', ']', ':', ',', '\'', '"', '+', '-', '.', 'e', 'E', '0', '0x', '00', '_', '$'];
const words = ['null', 'true', 'false', 'Infinity', 'NaN', 'undefined', 'nul', 'True', 'infinity', '-Infinity', '+NaN'];
const numbers = ['0', '-0', '+0', '1', '.5', '5.', '+.5', '-5.e3', '1e3', '1E+3', '1e-3', '1e400', '-1e400', '1e-400',
	'0x0', '0xFF', '-0xdeadBEEF', '0x1fffffffffffff', '0x20000000000001', '0xffffffffffffffffffffffffff', '01', '0b1',
	'0o7', '1_0', '.', '+', '-', '--1', '+-1', '1e', '1e+', '0x', '0X1f', '0xg', '1.2.3', '9007199254740993',
	'123456789012345678901234567890', '0.1', '1.7976931348623157e308', '5e-324', '2.2250738585072011e-308',
	'0.30000000000000004', '- 1', '4.35', '1e23', '8.5e-324', '9.e0', '00', '-00', '1a', '0.e1', 'e1'];
const escapes = ['\\n', '\\t', '\\b', '\\v', '\\f', '\\r', '\\0', '\\01', '\\1', '\\9', '\\x41', '\\x4', '\\xzz', '\\u0041',
	'\\u004', '\\ud83d\\ude00', '\\ud83d', '\\ude00', '\\u2028', '\\a', '\\\'', '\\"', '\\\\', '\\/', '\\\n', '\\\r\n',
	'\\\r', '\\\u2028', '\\\u2029', '\n', '\r', '\u2028', '\u2029', '\t', '\0', '\x01', '\\\u00e9', '\\\ud83d\ude00',
	'\\8', '\\0a', '\\u{1}', '\\ ', '\x7f'];
const identifiers = ['a', 'b', 'ab', '$', '_', '$1', '\u00e9', '\u03c0r', '\\u0061', '\\u0061b', 'a\\u0062', '\\u0031', 'a\\u0031',
	'a-b', '1a', 'null', 'true', '__proto__', 'constructor', 'a\u200c', 'a\u200d', '\u200ca', 'a\u0300', '\u0300a', '\u16ee', '\u2118', 'a\u203f',
	'\\u{61}', '\\x61', 'a b', '\ud835\udc00', 'if', 'Infinity', 'NaN', '\u01c5', '\u3006', 'a\u0660', '\u00aa', '\u1885', '\u2e2f'];

function string() {
	const quote = pick(['\'', '"']);
	let text = '';
	for (let n = random(5); n > 0; n--)
		text += pick([pick(escapes), pick(['a', 'xyz', ' ', 'tools', '1'])]);
	return quote + text + pick([quote, quote, quote, quote, quote, quote, quote, pick(['', '\'', '"'])]);
}

const space = () => random(3) ? '' : pick(spaces);
const rarely = (a, b) => random(25) ? a : b();

function value(depth) {
	const kind = random(depth > 4 ? 7 : 11);
	if (kind < 1) return pick(words);
	if (kind < 4) return pick(numbers);
	if (kind < 7) return string();
	let text = '';
	const array = kind < 9, end = array ? ']' : '}', many = random(4);
	for (let i = 0; i < many; i++) {
		if (!array)
			text += space() + pick([pick(identifiers), string()]) + space() + rarely(':', () => pick(punctuation));
		text += space() + value(depth + 1) + space();
		if (i + 1 < many || !random(3))
			text += rarely(',', () => pick(['', ',,', ';']));
	}
	return (array ? '[' : '{') + text + space() + rarely(end, () => pick(['', ']', '}']));
}

function mutated(text) {
	for (let n = 1 + random(3); n > 0; n--) {
		const characters = [...text], at = random(characters.length + 1), len = random(3);
		const other = pick([pick(spaces), pick(odd), pick(punctuation), pick(words), pick(numbers), pick(escapes), string()]);
		text = characters.slice(0, at).join('') + pick(['', other, other]) + characters.slice(at + len).join('');
	}
	return text;
}

// --- what each says ------------------------------------------------------------------------------
const hex = text => '"' + Buffer.from(text, 'utf8').toString('hex') + '"'; // half a surrogate pair becomes U+FFFD

function written(v) {
	if (v === null || typeof v === 'boolean') return String(v);
	if (typeof v === 'string') return hex(v);
	if (typeof v === 'number') {
		const b = Buffer.alloc(8);
		b.writeDoubleBE(v);
		return Number.isNaN(v) ? '#nan' : '#' + b.toString('hex');
	}
	if (Array.isArray(v)) return '[' + v.map(x => written(x) + ',').join('') + ']';
	const members = new Map(Object.keys(v).map(k => [hex(k), written(v[k])]));
	return '{' + [...members.keys()].sort().map(k => k + ':' + members.get(k) + ',').join('') + '}';
}

function theirs(text) {
	let v;
	try {
		v = JSON5.parse(text);
	} catch (e) {
		if (e instanceof SyntaxError) return 'refused';
		throw e;
	}
	return written(v);
}

function ours(texts) {
	const parts = texts.flatMap(text => {
		const bytes = Buffer.from(text, 'utf8'), head = Buffer.alloc(4);
		head.writeUInt32LE(bytes.length);
		return [head, bytes];
	});
	const done = spawnSync(values, {input: Buffer.concat(parts), maxBuffer: 1 << 30});
	if (done.status !== 0) throw new Error(`${values} ended with ${done.status ?? done.signal}: ${done.stderr}`);
	return done.stdout.toString('latin1').split('\n');
}

// A byte that is no UTF-8 is refused by us; they would put U+FFFD in its place.
const bases = files.map(f => fs.readFileSync(f)).filter(b => Buffer.from(b.toString('utf8'), 'utf8').equals(b)).map(String);
const texts = [...bases];
for (let i = 0; i < Number(count); i++)
	texts.push(i % 2 ? mutated(random(2) ? pick(bases) : value(0)) : space() + value(0) + space());

const lines = ours(texts);
let accepted = 0, limits = 0, differ = 0;
texts.forEach((text, i) => {
	const a = lines[i];
	if (a === 'limit') return void limits++;
	const b = theirs(text);
	if (b !== 'refused') accepted++;
	if (a !== b && differ++ < 20) {
		console.log(`${JSON.stringify(text).slice(0, 400)}`);
		console.log(`  json5:   ${b.slice(0, 200)}\n  clawbpf: ${a.slice(0, 200)}`);
	}
});
console.log(`${texts.length} texts, ${accepted} accepted, ${limits} beyond our limits, ${differ} told apart`);
process.exitCode = differ ? 1 : 0;
