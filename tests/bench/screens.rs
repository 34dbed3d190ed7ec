//! The screens of a large partner: time from a click to painted rows, from a key to painted results, and frame times while
//! scrolling.
//!
//! Everything is measured inside the page, from the event to the end of the first frame that shows the rows, so WebDriver's
//! polling does not matter. The floor is the end of the next frame without any work, in the same page and the same run.

use serde_json::{Value, json};

use crate::harness::Window;
use crate::table::{Measure, median, percentile};

/// Milliseconds that are aimed at, and the limit.
type Goal = (f64, f64);

/// From a click to painted rows.
const CLICK: Goal = (100.0, 150.0);
/// From a key to painted results.
const KEY: Goal = (33.0, 60.0);
/// For every frame while scrolling.
const FRAME: Goal = (33.0, 50.0);
/// Milliseconds of scrolling.
const SCROLL_TIME: u32 = 5_000;
const REPEATS: usize = 9;

/// JavaScript functions that the measuring scripts share.
const FUNCTIONS: &str = "
    const frame = () => new Promise(requestAnimationFrame);
    const task = () => new Promise((run) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = run;
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

/// The screens with lists, by their names in the navigation.
const LISTS: [&str; 7] = [
    "TikTok Accounts",
    "Allocate Campaigns",
    "Allocate Audiences",
    "XPO Accounts",
    "Requests",
    "Sync activity",
    "Change history",
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

async fn number(window: &Window, script: &str) -> f64 {
    let result = run(window, script).await;
    result.as_f64().unwrap_or_else(|| panic!("{result}"))
}

async fn numbers(window: &Window, script: &str) -> Vec<f64> {
    let result = run(window, script).await;
    let all: Option<Vec<f64>> = result.as_array().and_then(|all| all.iter().map(Value::as_f64).collect());
    all.unwrap_or_else(|| panic!("{result}"))
}

/// Returns the time to the end of the next frame of an idle page.
async fn measure_idle(window: &Window) -> f64 {
    let mut times = Vec::new();
    for _ in 0..REPEATS {
        times.push(number(window, "const from = performance.now(); return (await painted()) - from;").await);
    }
    median(times)
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

/// Returns the frame times while the list scrolls from its first row, half a screen per frame.
async fn measure_scroll(window: &Window) -> Vec<f64> {
    let script = format!(
        "const list = grid();
         const times = [];
         let last = await frame();
         for (const end = last + {SCROLL_TIME}; last < end;) {{
             list.scrollTop += 300;
             if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) list.scrollTop = 0;
             const now = await frame();
             times.push(now - last);
             last = now;
         }}
         return times;"
    );
    numbers(window, &script).await
}

/// Returns the time from selecting a TikTok ad account to the painted rows of its campaigns or audiences.
async fn measure_account(window: &Window, screen: &str, account: &str) -> f64 {
    let script = format!(
        "const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
         const field = document.querySelector('main [role=combobox]');
         field.focus();
         field.click();
         await frame();
         set.call(field, {});
         field.dispatchEvent(new Event('input', {{ bubbles: true }}));
         await until(() => document.querySelectorAll('[role=option]').length === 1);
         const from = performance.now();
         document.querySelector('[role=option]').click();
         await until(settled);
         return (await painted()) - from;",
        json!(account)
    );
    window.click("Overview").await;
    window.click(screen).await;
    number(window, &script).await
}

/// Measures every list. `largest` is the TikTok ad account with the most campaigns.
pub async fn measure(window: &Window, largest: &str) -> Vec<Measure> {
    let floor = measure_idle(window).await;
    let measure = |name: String, value: f64, (aim, limit): Goal| Measure {
        name,
        value,
        unit: "ms",
        floor,
        aim: aim / floor,
        limit: Some(limit),
    };
    let mut measures = Vec::new();
    for screen in LISTS {
        let opened = match screen {
            "Allocate Campaigns" | "Allocate Audiences" => measure_account(window, screen, largest).await,
            _ => measure_click(window, screen).await,
        };
        measures.push(measure(format!("{screen}: click to painted rows"), opened, CLICK));
        let keys = measure_keys(window).await;
        measures.push(measure(format!("{screen}: key to painted results, p95"), percentile(keys, 0.95), KEY));
        let frames = measure_scroll(window).await;
        let (aim, _) = FRAME;
        let slow = frames.iter().filter(|time| **time > aim).count();
        println!("{screen}: {slow} of {} frames over {aim} ms", frames.len());
        measures.push(measure(format!("{screen}: slowest frame"), percentile(frames, 1.0), FRAME));
    }
    measures
}
