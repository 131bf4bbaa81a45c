// The node half of `cargo xtask conformance`: a server on loopback that records requests as bytes,
// and the calls on the vendor's SDK. `xtask/src/conformance/` says what is called and compares.
//
//     node conformance.js ALIAS CASES RECORD
//
// calls the SDK of that alias with every case of the file CASES, prints the server's port, serves
// whoever else calls until standard input ends, writes what arrived to the file RECORD, and leaves.
//
// The SDK has one instance whose default header fields are merged when a call is made, not when it
// is sent: setting them before each call tells the calls apart, so many may be under way.
'use strict';

const fs = require('fs');
const http = require('http');

const CASE_HEADER = 'x-conformance-case'; // `sdk:17`: who calls, and the number of the case
const UNDER_WAY = 32;

const [alias, casesFile, recordFile] = process.argv.slice(2);
const cases = JSON.parse(fs.readFileSync(casesFile, 'utf8'));
const record = { requests: {}, refused: {} };

const server = http.createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const key = request.headers[CASE_HEADER] || 'nobody';
    // One character a byte, in every text: what arrives need not be UTF-8.
    (record.requests[key] ||= []).push({
      method: request.method,
      target: request.url,
      headers: pairs(request.rawHeaders),
      body: Buffer.concat(chunks).toString('latin1'),
    });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{}');
  });
});

function pairs(flat) {
  return flat.flatMap((name, index) => (index % 2 ? [] : [[name.toLowerCase(), flat[index + 1]]]));
}

function value(operation, args, name) {
  return operation.dates.includes(name) ? new Date(args[name]) : args[name];
}

// As the docs call it: the required arguments in their order, then an object of the others.
function call(sdk, operation, args) {
  const api = new sdk[operation.api]();
  const positional = operation.positional.map((name) => value(operation, args, name));
  const options = {};
  for (const name of Object.keys(args)) {
    if (!operation.positional.includes(name)) options[name] = value(operation, args, name);
  }
  return api[operation.id](...positional, options);
}

async function callSdk(port) {
  const sdk = require(alias);
  const instance = sdk.ApiClient.instance;
  instance.config.basePath = `http://127.0.0.1:${port}`;
  instance.setAccessToken('conformance');
  const queue = cases.flatMap((operation) => operation.sets.map((set) => [operation, set]));
  let next = 0;
  const worker = async () => {
    while (next < queue.length) {
      const number = next;
      next += 1;
      const [operation, set] = queue[number];
      instance.defaultHeaders = { [CASE_HEADER]: `sdk:${number}` };
      try {
        await call(sdk, operation, set.args);
      } catch (error) {
        record.refused[`sdk:${number}`] = String((error && error.message) || error);
      }
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, worker));
}

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  await callSdk(port);
  process.stdout.write(`${port}\n`);
  process.stdin.resume();
  process.stdin.on('end', () => {
    fs.writeFileSync(recordFile, JSON.stringify(record));
    process.exit(0);
  });
});
