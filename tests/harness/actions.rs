//! Actions on the parts of a screen: checkboxes, pickers, tabs, rows and their menus.

use fantoccini::Locator;
use serde_json::{Value, json};

use super::window::{Window, quote};

impl Window {
    /// Toggles the checkbox with this name.
    pub async fn toggle(&self, name: &str) {
        let path = checkbox(name);
        let mut position = None;
        self.wait_for(&format!("checkbox {name:?} to toggle"), async || {
            let input = self.settled(&path, &mut position).await?;
            let before = input.prop("checked").await.ok()?;
            if input.click().await.is_ok() {
                // A checkbox with a visible label changes immediately, or the click missed it. For a row or a tree item, the
                // screen decides whether it changes.
                let labelled = input.attr("aria-label").await.ok()?.is_none();
                let unchanged = input.prop("checked").await.ok() == Some(before);
                return (!labelled || !unchanged).then_some(());
            }
            // In a table, the whole cell takes the click.
            self.topmost(&format!("({path})/..")).await?.click().await.ok()
        })
        .await;
    }

    pub async fn wait_until_checked(&self, name: &str) {
        self.wait_for_checkbox(name, true).await;
    }

    pub async fn wait_until_unchecked(&self, name: &str) {
        self.wait_for_checkbox(name, false).await;
    }

    async fn wait_for_checkbox(&self, name: &str, checked: bool) {
        let path = checkbox(name);
        self.wait_for(&format!("checkbox {name:?} to have checked = {checked}"), async || {
            let found = self.topmost(&path).await?.prop("checked").await.ok()??;
            (found == checked.to_string()).then_some(())
        })
        .await;
    }

    /// Clicks the option of the search that starts with `name`.
    pub async fn click_option(&self, name: &str) {
        self.click_path(&format!("an option {name:?}"), &found_option(name)).await;
    }

    /// Waits until the search shows an option that starts with `name`.
    pub async fn wait_for_option(&self, name: &str) {
        let path = found_option(name);
        self.wait_for(&format!("an option {name:?}"), async || self.topmost(&path).await).await;
    }

    /// Clicks the first button whose name starts with `prefix`.
    pub async fn click_first(&self, prefix: &str) {
        let path = format!("(//button[starts-with(@aria-label, {})])[1]", quote(prefix));
        self.click_path(&format!("{prefix:?}… to click"), &path).await;
    }

    /// Clicks the button that contains `text`.
    pub async fn click_containing(&self, text: &str) {
        let path = format!("//button[contains(., {})]", quote(text));
        self.click_path(&format!("…{text:?}… to click"), &path).await;
    }

    /// Waits for a message that contains `text`. Several messages may be shown.
    pub async fn wait_for_message(&self, text: &str) {
        let path =
            format!("//*[@role='status'][@aria-label='Messages']//*[contains(text(), {})]", quote(text));
        self.wait_for(&format!("a message {text:?}"), async || self.topmost(&path).await).await;
    }

    /// Types into a picker and selects the option that contains `text`.
    pub async fn select_option(&self, label: &str, text: &str) {
        self.open_picker(label, text).await;
        let path = format!("{}[not(@aria-disabled='true')]", option(label, text));
        self.click_path(&format!("option {text:?} of {label:?}"), &path).await;
    }

    /// Types into a picker and leaves its options open.
    pub async fn open_picker(&self, label: &str, text: &str) {
        let enabled = format!(
            "//input[@role='combobox'][@id=//label[normalize-space(.)={0}]/@for][not(@disabled)]",
            quote(label)
        );
        let field =
            self.wait_for(&format!("a picker {label:?}"), async || self.topmost(&enabled).await).await;
        field.click().await.unwrap();
        if !text.is_empty() {
            field.send_keys(text).await.unwrap();
        }
    }

    /// Waits until the open picker shows a disabled option with this reason.
    pub async fn wait_for_disabled_option(&self, label: &str, text: &str, reason: &str) {
        let path = format!("{}[@aria-disabled='true'][contains(., {})]", option(label, text), quote(reason));
        let what = format!("option {text:?} of {label:?} to be disabled: {reason:?}");
        self.wait_for(&what, async || self.topmost(&path).await).await;
    }

    pub async fn choose_radio(&self, name: &str) {
        let path = format!("//label[normalize-space(.)={}][input[@type='radio']]", quote(name));
        self.click_path(&format!("radio button {name:?}"), &path).await;
    }

    /// Selects an option of a `<select>` element.
    pub async fn select_by_label(&self, label: &str, option: &str) {
        let quoted = quote(label);
        let path = format!("//select[@aria-label={quoted} or @id=//label[normalize-space(.)={quoted}]/@for]");
        self.wait_for(&format!("option {option:?} of {label:?}"), async || {
            self.topmost(&path).await?.select_by_label(option).await.ok()
        })
        .await;
    }

    /// Opens a tab. A count may follow its name on screen.
    pub async fn open_tab(&self, name: &str) {
        let path = format!("//*[@role='tab'][starts-with(normalize-space(.), {})]", quote(name));
        self.click_path(&format!("a tab {name:?}"), &path).await;
    }

    /// Waits for a tab with this name and count.
    pub async fn wait_until_tab(&self, text: &str) {
        let path = format!("//*[@role='tab'][translate(., ' \n', '')={}]", quote(&text.replace(' ', "")));
        self.wait_for(&format!("a tab {text:?}"), async || self.topmost(&path).await).await;
    }

    /// Waits until a script returns true.
    pub async fn wait_until(&self, script: &str) {
        let holds = async || (self.run_script(script).await.ok()? == json!(true)).then_some(());
        self.wait_for(script, holds).await;
    }

    /// Chooses an entry in the Action menu of a row.
    pub async fn choose_action(&self, row: &str, entry: &str) {
        self.click(&format!("Actions for {row}")).await;
        self.click(entry).await;
        // A closing menu swallows clicks until it has been removed.
        let closed = "return !document.querySelector('[role=menu]') && getComputedStyle(document.body).pointerEvents !== 'none'";
        self.wait_for("the menu to close", async || {
            (self.run_script(closed).await.ok()? == json!(true)).then_some(())
        })
        .await;
    }

    /// Waits for a row that contains all of these texts.
    pub async fn wait_for_row(&self, texts: &[&str]) {
        self.wait_for_rows(texts, true).await;
    }

    /// Waits until no row contains all of these texts.
    pub async fn wait_until_no_row(&self, texts: &[&str]) {
        self.wait_for_rows(texts, false).await;
    }

    async fn wait_for_rows(&self, texts: &[&str], expected: bool) {
        let script = "return [...document.querySelectorAll('[role=row]:not([hidden])')]
            .some((row) => arguments[0].every((text) => row.innerText.includes(text)))";
        let what = if expected { "a row with" } else { "no row with" };
        self.wait_for(&format!("{what} {texts:?}"), async || {
            let found = self.page.execute(script, vec![json!(texts)]).await.ok()?;
            (found == json!(expected)).then_some(())
        })
        .await;
    }

    pub async fn wait_until_enabled(&self, button: &str) {
        self.wait_for_button(button, true).await;
    }

    pub async fn wait_until_disabled(&self, button: &str) {
        self.wait_for_button(button, false).await;
    }

    async fn wait_for_button(&self, name: &str, enabled: bool) {
        let path = format!("//button[normalize-space(.)={}]", quote(name));
        self.wait_for(&format!("button {name:?} to have enabled = {enabled}"), async || {
            (self.topmost(&path).await?.is_enabled().await.ok()? == enabled).then_some(())
        })
        .await;
    }

    /// Waits for a dialog with any title.
    pub async fn wait_for_any_dialog(&self) {
        self.wait_for("a dialog", async || self.topmost("//*[@role='dialog']").await).await;
    }

    /// Selects a file in the page's file input.
    pub async fn attach_file(&self, path: &std::path::Path) {
        let input = self
            .wait_for("a file input", async || self.page.find(Locator::Css("input[type=file]")).await.ok())
            .await;
        input.send_keys(path.to_str().unwrap()).await.unwrap();
    }

    /// Invokes a Tauri command, as another window would, and returns its result.
    ///
    /// # Panics
    /// If the command returns an error.
    pub async fn invoke(&self, command: &str, arguments: Value) -> Value {
        let script = "const [command, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, args)
                .then((result) => done({ result }), (error) => done({ error }))";
        let answer = self.page.execute_async(script, vec![json!(command), arguments]).await.unwrap();
        assert!(answer["error"].is_null(), "{command}: {answer}");
        answer["result"].clone()
    }
}

fn found_option(name: &str) -> String {
    format!("//*[@role='option'][starts-with(normalize-space(.), {})]", quote(name))
}

fn checkbox(name: &str) -> String {
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
