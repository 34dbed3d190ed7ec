//! What a person does with the parts of a screen: tick, pick, choose, open a row's menu.

use fantoccini::Locator;
use serde_json::{Value, json};

use super::window::{Window, quote, until};

impl Window {
    /// Tick or untick the box with this name.
    pub async fn tick(&self, name: &str) {
        let path = tick_box(name);
        let mut place = None;
        until(&format!("tick {name:?}; {}", self.words().await), async || {
            let input = self.still(&path, &mut place).await?;
            let before = input.prop("checked").await.ok()?;
            if input.click().await.is_ok() {
                // One with a label turns at once, or the press missed it; of a row or a branch, the screen decides.
                let labelled = input.attr("aria-label").await.ok()?.is_none();
                let same = input.prop("checked").await.ok() == Some(before);
                return (!labelled || !same).then_some(());
            }
            // In a table the whole cell is pressed.
            self.topmost(&format!("({path})/..")).await?.click().await.ok()
        })
        .await;
    }

    /// Wait until the box with this name is ticked, or is not.
    pub async fn ticked(&self, name: &str, ticked: bool) {
        let path = tick_box(name);
        until(&format!("{name:?} is ticked: {ticked}; {}", self.words().await), async || {
            let found = self.topmost(&path).await?.prop("checked").await.ok()??;
            (found == ticked.to_string()).then_some(())
        })
        .await;
    }

    /// Choose in a picker what `text` finds.
    pub async fn pick(&self, label: &str, text: &str) {
        self.open_picker(label, text).await;
        let option = option(label, text);
        let (option, mut place) = (format!("{option}[not(@aria-disabled='true')]"), None);
        until(&format!("choose {text:?} as {label:?}; {}", self.words().await), async || {
            self.still(&option, &mut place).await?.click().await.ok()
        })
        .await;
    }

    /// Type into a picker and leave its choices open.
    pub async fn open_picker(&self, label: &str, text: &str) {
        let enabled = format!(
            "//input[@role='combobox'][@id=//label[normalize-space(.)={0}]/@for][not(@disabled)]",
            quote(label)
        );
        let field = until(&format!("a picker {label:?}; {}", self.words().await), async || {
            self.topmost(&enabled).await
        })
        .await;
        field.click().await.unwrap();
        if !text.is_empty() {
            field.send_keys(text).await.unwrap();
        }
    }

    /// Wait until the open picker greys a choice out and says why.
    pub async fn greyed(&self, label: &str, text: &str, why: &str) {
        let path = format!("{}[@aria-disabled='true'][contains(., {})]", option(label, text), quote(why));
        until(&format!("{text:?} is greyed: {why:?}; {}", self.words().await), async || {
            self.topmost(&path).await
        })
        .await;
    }

    /// Choose one of a few that are side by side.
    pub async fn choose(&self, name: &str) {
        let path = format!("//label[normalize-space(.)={}][input[@type='radio']]", quote(name));
        let mut place = None;
        let choose = async || self.still(&path, &mut place).await?.click().await.ok();
        until(&format!("choose {name:?}"), choose).await;
    }

    /// Choose in a drop-down list.
    pub async fn select(&self, label: &str, option: &str) {
        let quoted = quote(label);
        let path = format!("//select[@aria-label={quoted} or @id=//label[normalize-space(.)={quoted}]/@for]");
        until(&format!("select {option:?} as {label:?}; {}", self.words().await), async || {
            self.topmost(&path).await?.select_by_label(option).await.ok()
        })
        .await;
    }

    /// Go to a tab, whatever number stands behind its name.
    pub async fn tab(&self, name: &str) {
        let path = format!("//*[@role='tab'][starts-with(normalize-space(.), {})]", quote(name));
        let mut place = None;
        let turn = async || self.still(&path, &mut place).await?.click().await.ok();
        until(&format!("a tab {name:?}"), turn).await;
    }

    /// Choose in the Action menu of a row.
    pub async fn menu(&self, row: &str, entry: &str) {
        self.press(&format!("Actions of {row}")).await;
        self.press(entry).await;
        // A menu that closes swallows presses until it is gone.
        let gone = "return !document.querySelector('[role=menu]') && getComputedStyle(document.body).pointerEvents !== 'none'";
        until("the menu is gone", async || (self.run(gone).await.ok()? == json!(true)).then_some(())).await;
    }

    /// Wait for a row that shows all of these.
    pub async fn row(&self, texts: &[&str]) {
        self.rows(texts, true).await;
    }

    /// Wait until no row shows all of these.
    pub async fn no_row(&self, texts: &[&str]) {
        self.rows(texts, false).await;
    }

    async fn rows(&self, texts: &[&str], there: bool) {
        let script = "return [...document.querySelectorAll('[role=row]')]
            .some((row) => arguments[0].every((text) => row.innerText.includes(text)))";
        let wanted = json!(there);
        until(&format!("a row {texts:?}: {there}; {}", self.words().await), async || {
            let found = self.page.execute(script, vec![json!(texts)]).await.ok()?;
            (found == wanted).then_some(())
        })
        .await;
    }

    /// Wait until a button can be pressed, or cannot.
    pub async fn pressable(&self, name: &str, can: bool) {
        let path = format!("//button[normalize-space(.)={}]", quote(name));
        until(&format!("{name:?} can be pressed: {can}; {}", self.words().await), async || {
            (self.topmost(&path).await?.is_enabled().await.ok()? == can).then_some(())
        })
        .await;
    }

    /// Wait for a dialog, whatever it is called.
    pub async fn dialog_open(&self) {
        until("a dialog", async || self.topmost("//*[@role='dialog']").await).await;
    }

    /// Hand a file to the page's file field.
    pub async fn attach(&self, path: &std::path::Path) {
        let input =
            until("a file field", async || self.page.find(Locator::Css("input[type=file]")).await.ok());
        input.await.send_keys(path.to_str().unwrap()).await.unwrap();
    }

    /// Ask for something as another window would.
    ///
    /// # Panics
    /// With the problem that came instead of an answer.
    pub async fn command(&self, name: &str, arguments: Value) -> Value {
        let script = "const [name, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(name, args)
                .then((answer) => done({ answer }), (problem) => done({ problem }))";
        let answer = self.page.execute_async(script, vec![json!(name), arguments]).await.unwrap();
        assert!(answer["problem"].is_null(), "{name}: {answer}");
        answer["answer"].clone()
    }
}

fn tick_box(name: &str) -> String {
    let quoted = quote(name);
    format!("//input[@type='checkbox'][@aria-label={quoted} or ancestor::label[normalize-space(.)={quoted}]]")
}

fn option(label: &str, text: &str) -> String {
    format!(
        "//*[@role='listbox'][@aria-label={}]//*[@role='option'][contains(normalize-space(.), {})]",
        quote(label),
        quote(text)
    )
}
