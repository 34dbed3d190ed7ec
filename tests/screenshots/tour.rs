//! A tour through screens in one window. Each stop is inspected in both themes: a screenshot is taken, or axe runs.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::harness::book::{self, PARTNER};
use crate::harness::{Harness, HarnessOptions, Keychain, Window, wait_for};

#[derive(Clone, Copy, PartialEq)]
pub enum Inspection {
    /// Takes a screenshot of a window with this width and height.
    Screenshot(u32, u32),
    /// Runs axe.
    Axe,
}

pub const SCREENSHOTS: [Inspection; 2] =
    [Inspection::Screenshot(1024, 700), Inspection::Screenshot(1600, 1000)];

impl Inspection {
    pub fn size(self) -> (u32, u32) {
        match self {
            Inspection::Screenshot(width, height) => (width, height),
            Inspection::Axe => (1280, 820),
        }
    }
}

pub struct Tour {
    pub harness: Harness,
    pub window: Window,
    inspection: Inspection,
    /// What axe found, with the stop and the theme.
    violations: Mutex<Vec<String>>,
}

impl Tour {
    pub async fn start(harness: Harness, inspection: Inspection) -> Tour {
        harness.set_last_size(inspection.size());
        let window = harness.start_app().await;
        let (width, height) = inspection.size();
        wait_for("the window's size", async || {
            let inner = window.run_script("return [innerWidth, innerHeight]").await.ok()?;
            (inner == json!([width, height])).then_some(())
        })
        .await;
        Tour { harness, window, inspection, violations: Mutex::default() }
    }

    /// Opens a book that `seed` writes into the data folder. There is no keychain.
    pub async fn of_book(inspection: Inspection, seed: impl FnOnce(&Path)) -> Tour {
        let options = HarnessOptions {
            size: inspection.size(),
            keychain: Keychain::Missing,
            ..HarnessOptions::default()
        };
        let harness = Harness::with_options(options).await;
        seed(&harness.data_dir());
        let tour = Tour::start(harness, inspection).await;
        tour.window.click(&format!("Open {PARTNER}")).await;
        tour
    }

    /// Opens the seeded book with its allocations and this many campaigns.
    pub async fn of_allocated_book(inspection: Inspection, campaigns: u32) -> Tour {
        Tour::of_book(inspection, |data| {
            book::seed_book(data, campaigns);
            book::seed_allocations(data);
        })
        .await
    }

    /// Closes the window. Panics if axe found violations.
    pub async fn finish(self) {
        self.window.close().await;
        let violations = self.violations.into_inner().unwrap();
        assert!(violations.is_empty(), "axe found:\n{}", violations.join("\n"));
    }

    /// Inspects what is shown in both themes, after dismissing temporary messages.
    pub async fn inspect(&self, name: &str) {
        for theme in ["light", "dark"] {
            self.settle(theme).await;
            match self.inspection {
                Inspection::Screenshot(width, _) => {
                    self.take_screenshot(&format!("{name}-{theme}-{width}.png"))
                }
                Inspection::Axe => self.run_axe(name, theme).await,
            }
        }
    }

    /// Sets the theme and waits until all animations have ended.
    async fn settle(&self, theme: &str) {
        let settle = "const [theme, done] = arguments;
            document.documentElement.dataset.theme = theme;
            for (const button of document.querySelectorAll('[aria-label=Dismiss]')) button.click();
            const frame = () => new Promise(requestAnimationFrame);
            const ends = (motion) => motion.effect.getComputedTiming().endTime !== Infinity;
            frame().then(frame)
                .then(() => Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished)))
                .then(frame).then(frame).then(() => done());";
        self.window.page.execute_async(settle, vec![json!(theme)]).await.unwrap();
    }

    fn take_screenshot(&self, file: &str) {
        let folder = root().join("target/screenshots");
        self.harness.take_screenshot(&folder.join(file));
        println!("{file}");
    }

    /// Runs all of axe's rules in the light theme. The dark theme differs in colors only, so only their rules run.
    async fn run_axe(&self, name: &str, theme: &str) {
        if self.window.run_script("return typeof window.axe").await.unwrap() == "undefined" {
            let axe = std::fs::read_to_string(root().join("ui/node_modules/axe-core/axe.min.js"));
            self.window.run_script(&axe.expect("`make test` installs the UI's packages")).await.unwrap();
        }
        let read = "const [theme, done] = arguments;
            const only = theme === 'light' ? {} : { runOnly: ['color-contrast', 'link-in-text-block'] };
            axe.run(document, { resultTypes: ['violations'], ...only }).then(
                ({ violations }) => done(violations.flatMap(({ id, nodes }) =>
                    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 300)} ${failureSummary}`))),
                (error) => done([String(error)]));";
        let answer = self.window.page.execute_async(read, vec![json!(theme)]).await.unwrap();
        let violations = answer.as_array().expect("a list of violations").iter().filter_map(Value::as_str);
        self.violations.lock().unwrap().extend(violations.map(|one| format!("{name}, {theme}: {one}")));
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
