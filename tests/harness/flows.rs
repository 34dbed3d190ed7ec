//! Sequences of actions that many tests share.

use tiktok_sandbox::Sandbox;

use super::Window;

/// The title of the dialog after an import.
pub const IMPORT_SUCCESS: &str = "Successfully added TikTok Accounts to Partner";

impl Window {
    /// Creates a partner in the partner picker and opens TikTok Accounts.
    pub async fn create_partner(&self, name: &str) {
        self.fill("Partner name", name).await;
        self.click("Create partner").await;
        self.wait_until_gone("Create partner").await;
        self.click("TikTok Accounts").await;
        self.wait_for_text("TikTok isn't set up yet").await;
    }

    /// Closes the open partner, which leads to the partner picker.
    pub async fn close_partner(&self, name: &str) {
        self.click(&format!("Partner: {name}")).await;
        self.click("Close partner").await;
        self.wait_for_text("Choose the partner you work for.").await;
    }

    /// Fills in the form of the TikTok app in Settings, without saving it.
    pub async fn fill_app_settings(&self, sandbox: &Sandbox, secret: &str) {
        self.fill("App ID", sandbox.app_id()).await;
        self.fill("Secret", secret).await;
        self.fill("Redirect URL", &sandbox.redirect_urls()[0]).await;
        self.show_addresses().await;
        self.fill("API address", &sandbox.api_address()).await;
        self.fill("Sign-in address", &sandbox.sign_in_address()).await;
    }

    /// Shows the addresses of the TikTok app in Settings, which are shown already if they are not TikTok's.
    pub async fn show_addresses(&self) {
        let details = |open: &str| format!("//details[{open}]/summary[normalize-space(.)='Advanced']");
        super::wait_for("the addresses", async || {
            if self.topmost(&details("@open")).await.is_some() {
                return Some(());
            }
            self.topmost(&details("not(@open)")).await?.click().await.ok();
            None
        })
        .await;
    }

    /// Waits for the end of a save that asked where to keep secrets, because there is no keychain.
    pub async fn wait_until_app_saved(&self) {
        self.wait_until_gone("No keychain found on this computer").await;
        self.click_if_present("Save").await;
        self.wait_for_text("Saved.").await;
    }

    /// Starts an import and waits for its result.
    pub async fn import(&self) {
        self.click("Import TikTok Account").await;
        self.wait_for_dialog(IMPORT_SUCCESS).await;
    }

    /// Confirms the result of an import.
    pub async fn confirm_import(&self) {
        self.click("Confirm").await;
        self.wait_until_gone(IMPORT_SUCCESS).await;
    }

    /// Returns the address of the sandbox behind the practice partner, as Settings show it. Opens Settings.
    pub async fn practice_sandbox(&self) -> String {
        self.click("Settings").await;
        self.show_addresses().await;
        let api = self.value("API address").await;
        api.strip_suffix("/open_api/v1.3").unwrap().to_owned()
    }
}
