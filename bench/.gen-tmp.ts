import { readFile } from 'node:fs/promises';
import { openBenchDatabase } from '/work/main/bench/database';
const db = await openBenchDatabase();
const admin = db.connect(1, 'supabase_admin');
await admin`set session_replication_role = replica`;
const text = await readFile('/work/main/bench/report-data.sql', 'utf8');
console.time('all');
const [{ url }] = await admin`select inet_server_port() as url`;
console.log('port', url);
for (const s of text.split(/;\n/).filter((x) => x.trim())) { const t = performance.now(); await admin.unsafe(s); console.log(s.trim().slice(0, 60).replace(/\n/g, ' '), Math.round(performance.now() - t)); }
console.timeEnd('all');
await admin`vacuum analyze`;
console.log('ready');
setInterval(() => {}, 1000);
process.on('SIGTERM', () => db.stop().then(() => process.exit(0)));
