//! The floors of the screens: the same interactions with a plain table in the empty window, in the same run.

use crate::harness::Window;
use crate::screens::{REPEATS, measure_scrolls, number, numbers, slowest};
use crate::table::{median, percentile};

/// Milliseconds.
pub struct Floors {
    /// From a click to the painted rows of a table that the click creates.
    pub click: f64,
    /// From a key to the painted rows of a table whose texts all change, the 95th percentile.
    pub key: f64,
    /// The slowest frame while a table scrolls by half a screen per frame.
    pub frame: f64,
}

/// A table as large as those of the application in a window of this size: 8 columns, and 17 rows on screen.
const TABLE: &str = "
    const names = ['Kopi Corner', 'Nimbus', 'Ärzteteam', 'Urban Fit', '株式会社アドワークス'];
    const text = (n) => names[n % names.length] + ' | Traffic | SG | ' + n;
    const element = (style, ...children) => {
        const made = document.createElement('div');
        Object.assign(made.style, style);
        made.append(...children);
        return made;
    };
    const cell = (n) => element({ flex: '1', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }, text(n));
    const row = (n) => element(
        { display: 'flex', alignItems: 'center', height: '36px', gap: '12px', borderBottom: '1px solid #ddd' },
        ...Array.from({ length: 8 }, (_, column) => cell(n * 8 + column)),
    );
    const show = (rows) => {
        const frame = { position: 'fixed', left: '220px', top: '190px', width: '1040px', height: '612px',
            overflow: 'auto', background: 'white', font: '13px system-ui, sans-serif' };
        const table = element(frame, ...Array.from({ length: rows }, (_, n) => row(n)));
        document.body.replaceChildren(table);
        return table;
    };
";

/// The rows on screen.
const ROWS: usize = 17;
/// The rows that scroll.
const LIST: usize = 1_000;
const KEYS: usize = 60;

pub async fn measure(window: &Window) -> Floors {
    let click = format!(
        "{TABLE}
         document.body.replaceChildren();
         await painted();
         const button = document.createElement('button');
         button.onclick = () => show({ROWS});
         const from = performance.now();
         button.click();
         return (await painted()) - from;"
    );
    let mut clicks = Vec::new();
    for _ in 0..REPEATS {
        clicks.push(number(window, &click).await);
    }
    let key = format!(
        "{TABLE}
         const cells = [...show({ROWS}).children].flatMap((row) => [...row.children]);
         const field = document.createElement('input');
         let typed = 0;
         field.oninput = () => cells.forEach((cell, n) => (cell.textContent = text(n + typed * 7)));
         const times = [];
         while (typed++ < {KEYS}) {{
             await painted();
             const from = performance.now();
             field.dispatchEvent(new Event('input'));
             times.push((await painted()) - from);
         }}
         return times;"
    );
    let keys = numbers(window, &key).await;
    let scrolls = measure_scrolls(window, &format!("(() => {{ {TABLE} return show({LIST}); }})()")).await;
    Floors { click: median(clicks), key: percentile(keys, 0.95), frame: slowest(&scrolls) }
}
