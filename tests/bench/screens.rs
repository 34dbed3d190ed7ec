//! The screens of a large partner: time from a click to painted rows, from a key to painted results, and frame times while
//! scrolling.
//!
//! Everything is measured inside the page, from the event to the end of the first frame that shows the rows, so WebDriver's
//! polling does not matter. The floors are the same interactions with a plain table in the empty window (`floors`), in the same
//! run: how fast frames are depends on who draws them, a graphics card or the processor. Limits are ratios for the same reason.

use serde_json::{Value, json};

use crate::floors::Floors;
use crate::harness::Window;
use crate::table::{Measure, median, percentile};

/// Milliseconds that are aimed at: from a click to painted rows, from a key to painted results, and for every frame.
const CLICK_AIM: f64 = 100.0;
const KEY_AIM: f64 = 33.0;
const FRAME_AIM: f64 = 33.0;
/// The limit of the slowest frame, in multiples of its floor.
const FRAME_LIMIT: f64 = 2.4;
/// Milliseconds of scrolling.
const SCROLL_TIME: u32 = 3_000;
/// The slowest frame is the median of this many scrolls' slowest frames: one frame in a thousand is slow by chance.
const SCROLLS: usize = 3;
pub const REPEATS: usize = 9;

/// JavaScript functions that the measuring scripts share.
const FUNCTIONS: &str = "
    const frame = () => new Promise(requestAnimationFrame);
    const task = () => new Promise((run) => {
        const { port1, port2 } = new MessageChannel();
        // An open port would make all later frames slower.
        port1.onmessage = () => { port1.close(); run(); };
        port2.postMessage(null);
    });
    // The page is drawn after the callbacks of a frame and before the next task.
    const painted = async () => { await frame(); await task(); return performance.now(); };
    const grid = () => document.querySelector('main [role=grid]');
    const settled = () => {
        const list = grid();
        return list && list.getAttribute('aria-busy') !== 'true'
            && list.querySelector('[role=row][aria-rowindex=\"2\"]:not([aria-busy])');
    };
    const until = (is) => new Promise((found) => {
        const look = () => {
            if (!is()) return;
            observer.disconnect();
            found();
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, attributes: true });
        look();
    });
    const done = arguments[arguments.length - 1];
";

/// The limit of a key, in multiples of its floor.
const KEY_LIMIT: f64 = 3.5;

/// The screens with lists, by their names in the navigation, with the limits of a click in multiples of its floor.
const LISTS: [(&str, f64); 7] = [
    ("TikTok Accounts", 11.5),
    ("Allocate Campaigns", 11.5),
    ("Allocate Audiences", 10.5),
    ("XPO Accounts", 11.5),
    ("Requests", 8.5),
    ("Sync activity", 8.5),
    ("Change history", 8.5),
];

/// Search texts, typed one key at a time.
const SEARCHES: [&str; 10] = [
    "kopi",
    "nimbus 2024",
    "株式会社",
    "traffic sg",
    "11.11",
    "zzzz",
    "lead gen",
    "café",
    "7000",
    "urban fit q3",
];

async fn run(window: &Window, script: &str) -> Value {
    let script =
        format!("{FUNCTIONS} (async () => {{ {script} }})().then(done, (error) => done(String(error)));");
    window.page.execute_async(&script, vec![]).await.unwrap()
}

pub async fn number(window: &Window, script: &str) -> f64 {
    let result = run(window, script).await;
    result.as_f64().unwrap_or_else(|| panic!("{result}"))
}

pub async fn numbers(window: &Window, script: &str) -> Vec<f64> {
    let result = run(window, script).await;
    let all: Option<Vec<f64>> = result.as_array().and_then(|all| all.iter().map(Value::as_f64).collect());
    all.unwrap_or_else(|| panic!("{result}"))
}

/// Returns the time from a click in the navigation to the list's painted rows.
async fn measure_click(window: &Window, screen: &str) -> f64 {
    let script = "
        const link = [...document.querySelectorAll('nav button')].find((one) => one.textContent.trim() === name);
        const from = performance.now();
        link.click();
        await until(settled);
        return (await painted()) - from;";
    let mut times = Vec::new();
    for _ in 0..REPEATS {
        window.click("Overview").await;
        let script = format!("const name = {}; {script}", json!(screen));
        times.push(number(window, &script).await);
    }
    median(times)
}

/// Returns the times from each key of the search texts to the painted results.
async fn measure_keys(window: &Window) -> Vec<f64> {
    let script = "
        const times = [];
        const field = document.querySelector('main [role=searchbox]');
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        const type = async (text) => {
            const from = performance.now();
            set.call(field, text);
            field.dispatchEvent(new Event('input', { bubbles: true }));
            // By the next task, the list is busy.
            await task();
            await until(() => grid() && grid().getAttribute('aria-busy') !== 'true');
            return (await painted()) - from;
        };
        for (let n = 1; n <= [...text].length; n++) times.push(await type([...text].slice(0, n).join('')));
        await type('');
        return times;";
    let mut times = Vec::new();
    for text in SEARCHES {
        let script = format!("const text = {}; {script}", json!(text));
        times.extend(numbers(window, &script).await);
    }
    times
}

/// Returns the frame times of several scrolls of the element that the script `list` returns, from its first row to its last and
/// back, half a screen per frame.
pub async fn measure_scrolls(window: &Window, list: &str) -> Vec<Vec<f64>> {
    let script = format!(
        "const list = {list};
         const times = [];
         list.scrollTop = 0;
         await painted();
         let [last, step] = [await frame(), 300];
         for (const end = last + {SCROLL_TIME}; last < end;) {{
             list.scrollTop += step;
             const isLast = list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
             if (isLast || list.scrollTop === 0) step = -step;
             const now = await frame();
             times.push(now - last);
             last = now;
         }}
         return times;"
    );
    let mut scrolls = Vec::new();
    for _ in 0..SCROLLS {
        scrolls.push(numbers(window, &script).await);
    }
    scrolls
}

/// Returns the slowest frame of a usual scroll.
pub fn slowest(scrolls: &[Vec<f64>]) -> f64 {
    median(scrolls.iter().map(|frames| percentile(frames.iter().copied(), 1.0)))
}

/// Returns the time from selecting a TikTok ad account to the painted rows of its campaigns or audiences. The ad accounts are
/// selected in turn, so that each selection is another one.
async fn measure_account(window: &Window, screen: &str, accounts: &[&str]) -> f64 {
    window.click("Overview").await;
    window.click(screen).await;
    let mut times = Vec::new();
    for account in accounts.iter().cycle().take(REPEATS + 1) {
        let script = format!(
            "const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
             await until(() => document.querySelector('main [role=combobox]'));
             const field = document.querySelector('main [role=combobox]');
             field.focus();
             field.click();
             await frame();
             set.call(field, {});
             field.dispatchEvent(new Event('input', {{ bubbles: true }}));
             await until(() => document.querySelectorAll('[role=option]').length === 1);
             await painted();
             const before = grid();
             const from = performance.now();
             document.querySelector('[role=option]').click();
             await until(() => grid() !== before && settled());
             return (await painted()) - from;",
            json!(account)
        );
        times.push(number(window, &script).await);
    }
    // The first selection does not count, like the first start.
    median(times.split_off(1))
}

/// Measures every list. `accounts` are TikTok ad accounts with many campaigns.
pub async fn measure(window: &Window, floors: &Floors, accounts: &[&str]) -> Vec<Measure> {
    let measure = |name: String, value: f64, floor: f64, aim: f64, limit: f64| Measure {
        name,
        value,
        unit: "ms",
        floor,
        aim: aim / floor,
        limit: Some(limit * floor),
    };
    let mut measures = Vec::new();
    for (screen, click_limit) in LISTS {
        let opened = match screen {
            "Allocate Campaigns" | "Allocate Audiences" => measure_account(window, screen, accounts).await,
            _ => measure_click(window, screen).await,
        };
        measures.push(measure(
            format!("{screen}: click to painted rows"),
            opened,
            floors.click,
            CLICK_AIM,
            click_limit,
        ));
        let keys = percentile(measure_keys(window).await, 0.95);
        measures.push(measure(
            format!("{screen}: key to painted results, p95"),
            keys,
            floors.key,
            KEY_AIM,
            KEY_LIMIT,
        ));
        let scrolls = measure_scrolls(window, "grid()").await;
        let slow = scrolls.iter().flatten().filter(|time| **time > FRAME_AIM).count();
        println!(
            "{screen}: {slow} of {} frames over {FRAME_AIM} ms",
            scrolls.iter().map(Vec::len).sum::<usize>()
        );
        measures.push(measure(
            format!("{screen}: slowest frame"),
            slowest(&scrolls),
            floors.frame,
            FRAME_AIM,
            FRAME_LIMIT,
        ));
    }
    measures
}
