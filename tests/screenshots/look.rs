//! One window, shown round: each stop is drawn, or read by axe.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::harness::{Harness, Window, until};

/// How it is looked at.
#[derive(Clone, Copy, PartialEq)]
pub enum Look {
    /// Drawn, in a window of this size.
    Picture(u32, u32),
    /// Read by axe.
    Axe,
}

pub const PICTURES: [Look; 2] = [Look::Picture(1024, 700), Look::Picture(1600, 1000)];

impl Look {
    pub fn size(self) -> (u32, u32) {
        match self {
            Look::Picture(width, height) => (width, height),
            Look::Axe => (1280, 820),
        }
    }
}

pub struct Tour {
    pub harness: Harness,
    pub window: Window,
    look: Look,
    /// What axe found, and where.
    found: Mutex<Vec<String>>,
}

impl Tour {
    pub async fn at(harness: Harness, look: Look) -> Tour {
        let window = harness.start().await;
        let (width, height) = look.size();
        window.page.set_window_rect(0, 0, width, height).await.unwrap();
        until("the window has its size", async || {
            let inside = window.run("return [innerWidth, innerHeight]").await.ok()?;
            (inside == json!([width, height])).then_some(())
        })
        .await;
        Tour { harness, window, look, found: Mutex::default() }
    }

    pub async fn end(self) {
        self.window.close().await;
        let found = self.found.into_inner().unwrap();
        assert!(found.is_empty(), "axe found:\n{}", found.join("\n"));
    }

    /// Look at what is shown in both themes, without messages that would be gone in a moment.
    pub async fn shot(&self, name: &str) {
        for theme in ["light", "dark"] {
            self.settle(theme).await;
            match self.look {
                Look::Picture(width, _) => self.draw(&format!("{name}-{theme}-{width}.png")).await,
                Look::Axe => self.read(name, theme).await,
            }
        }
    }

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

    async fn draw(&self, file: &str) {
        let folder = root().join("target/screenshots");
        self.harness.draw(&folder.join(file));
        println!("{file}");
    }

    /// All of axe's rules; in the second theme those about colours, as nothing else is different.
    async fn read(&self, name: &str, theme: &str) {
        if self.window.run("return typeof window.axe").await.unwrap() == "undefined" {
            let axe = std::fs::read_to_string(root().join("ui/node_modules/axe-core/axe.min.js"));
            self.window.run(&axe.expect("`make test` installs the UI's packages")).await.unwrap();
        }
        let read = "const [theme, done] = arguments;
            const only = theme === 'light' ? {} : { runOnly: ['color-contrast', 'link-in-text-block'] };
            axe.run(document, { resultTypes: ['violations'], ...only }).then(
                ({ violations }) => done(violations.flatMap(({ id, nodes }) =>
                    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 300)} ${failureSummary}`))),
                (error) => done([String(error)]));";
        let answer = self.window.page.execute_async(read, vec![json!(theme)]).await.unwrap();
        let violations = answer.as_array().expect("a list").iter().filter_map(Value::as_str);
        self.found.lock().unwrap().extend(violations.map(|one| format!("{name}, {theme}: {one}")));
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
