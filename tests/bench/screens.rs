//! The screens of a large partner: from a click to painted rows, from a key to painted results, frames while scrolling.
//!
//! Everything is measured inside the page, from the event to the second frame after the rows are there, so that how often
//! WebDriver asks does not matter. The floor is two frames without any work, taken in the same page in the same run.

use serde_json::{Value, json};

use crate::harness::Window;
use crate::table::{Measure, median, percentile};

/// At most this long from a click to painted rows, and from a key to painted results, in milliseconds.
const CLICK: f64 = 150.0;
const KEY: f64 = 60.0;
/// No frame takes longer while scrolling, in milliseconds.
const FRAME: f64 = 50.0;
/// For how long is scrolled, in milliseconds.
const SCROLLING: u32 = 5_000;
const CLICKS: usize = 9;

/// Functions of the page that the measuring scripts share.
const TOOLS: &str = "
    const frame = () => new Promise(requestAnimationFrame);
    const painted = async () => { await frame(); await frame(); return performance.now(); };
    const grid = () => document.querySelector('main [role=grid]');
    const settled = () => {
        const list = grid();
        return list && list.getAttribute('aria-busy') !== 'true'
            && list.querySelector('[role=row][aria-rowindex=\"2\"]:not([aria-busy])');
    };
    const until = async (is) => { for (let n = 0; !is() && n < 2000; n++) await frame(); };
    const done = arguments[arguments.length - 1];
";

/// The lists that the navigation leads to.
const LISTS: [&str; 5] =
    ["TikTok Accounts", "Allocate Campaigns", "Allocate Audiences", "XPO Accounts", "Change history"];

/// What somebody types, a key at a time.
const TYPED: [&str; 10] = [
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

async fn ask(window: &Window, script: &str, arguments: Vec<Value>) -> Value {
    let script =
        format!("{TOOLS} (async () => {{ {script} }})().then(done, (error) => done(String(error)));");
    window.page.execute_async(&script, arguments).await.unwrap()
}

async fn number(window: &Window, script: &str, arguments: Vec<Value>) -> f64 {
    let answer = ask(window, script, arguments).await;
    answer.as_f64().unwrap_or_else(|| panic!("{answer}"))
}

async fn numbers(window: &Window, script: &str, arguments: Vec<Value>) -> Vec<f64> {
    let answer = ask(window, script, arguments).await;
    let all: Option<Vec<f64>> = answer.as_array().and_then(|all| all.iter().map(Value::as_f64).collect());
    all.unwrap_or_else(|| panic!("{answer}"))
}

/// Two frames of an idle page.
async fn idle(window: &Window) -> f64 {
    let mut times = Vec::new();
    for _ in 0..CLICKS {
        times.push(
            number(window, "const from = performance.now(); return (await painted()) - from;", vec![]).await,
        );
    }
    median(times)
}

/// From a click in the navigation to the list's painted rows.
async fn click(window: &Window, place: &str) -> f64 {
    let script = "
        const link = [...document.querySelectorAll('nav button')].find((one) => one.textContent.trim() === arguments_[0]);
        const from = performance.now();
        link.click();
        await until(settled);
        return (await painted()) - from;";
    let mut times = Vec::new();
    for _ in 0..CLICKS {
        window.click("Overview").await;
        let script = format!("const arguments_ = [{}]; {script}", json!(place));
        times.push(number(window, &script, vec![]).await);
    }
    median(times)
}

/// From each key of what is typed to the painted results.
async fn keys(window: &Window) -> Vec<f64> {
    let script = "
        const times = [];
        const field = document.querySelector('main [role=searchbox]');
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        const type = async (text) => {
            const from = performance.now();
            set.call(field, text);
            field.dispatchEvent(new Event('input', { bubbles: true }));
            await frame();
            await until(() => grid() && grid().getAttribute('aria-busy') !== 'true');
            return (await painted()) - from;
        };
        for (let n = 1; n <= [...text].length; n++) times.push(await type([...text].slice(0, n).join('')));
        await type('');
        return times;";
    let mut times = Vec::new();
    for text in TYPED {
        let script = format!("const text = {}; {script}", json!(text));
        times.extend(numbers(window, &script, vec![]).await);
    }
    times
}

/// How long each frame takes while the list is scrolled from its first row on, half a screen a frame.
async fn scroll(window: &Window) -> Vec<f64> {
    let script = format!(
        "const list = grid();
         const times = [];
         let last = await frame();
         for (const end = last + {SCROLLING}; last < end;) {{
             list.scrollTop += 300;
             if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) list.scrollTop = 0;
             const now = await frame();
             times.push(now - last);
             last = now;
         }}
         return times;"
    );
    numbers(window, &script, vec![]).await
}

/// From choosing the TikTok ad account with the most campaigns to the painted rows of its campaigns or audiences.
async fn pick(window: &Window, place: &str, account: &str) -> f64 {
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
    window.click(place).await;
    number(window, &script, vec![]).await
}

/// All of it, for each list.
pub async fn measure(window: &Window, largest: &str) -> Vec<Measure> {
    let floor = idle(window).await;
    let beside = |name: String, value: f64, limit: f64| Measure {
        name,
        value,
        unit: "ms",
        floor,
        aim: limit / floor,
        limit: Some(limit),
    };
    let mut measures = Vec::new();
    for place in LISTS {
        let opened = match place {
            "Allocate Campaigns" | "Allocate Audiences" => pick(window, place, largest).await,
            _ => click(window, place).await,
        };
        measures.push(beside(format!("{place}: click to painted rows"), opened, CLICK));
        let keys = keys(window).await;
        measures.push(beside(format!("{place}: key to painted results, p95"), percentile(keys, 0.95), KEY));
        let frames = scroll(window).await;
        let slow = frames.iter().filter(|time| **time > FRAME).count();
        println!("{place}: {slow} of {} frames over {FRAME} ms", frames.len());
        measures.push(beside(format!("{place}: slowest frame"), percentile(frames, 1.0), FRAME));
    }
    measures
}
