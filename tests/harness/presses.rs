//! Counts what an admin presses. `make bench` prints it for the stories that have "presses" in their names.

use super::Window;

/// Counts presses of the mouse and of keys. Typing into a field is not counted, but every other key is. So is moving the
/// focus to a field without a press, as the driver does, because an admin would click into it. A dialog that opens focuses
/// its first field itself.
const COUNT: &str = "
    window.presses = 0;
    if (window.countsPresses) return;
    window.countsPresses = true;
    let pressed = false;
    const press = () => {
        window.presses++;
        pressed = true;
    };
    const isTextField = (node) => node.matches('input:not([type=checkbox], [type=radio]), textarea');
    addEventListener('pointerdown', press, true);
    addEventListener('keydown', ({ key, ctrlKey, altKey, metaKey, target }) => {
        if (['Control', 'Shift', 'Alt', 'Meta'].includes(key)) return;
        const character = key.length === 1 && !ctrlKey && !altKey && !metaKey;
        if (!(isTextField(target) && (character || key === 'Backspace'))) press();
    }, true);
    const opened = new WeakSet();
    addEventListener('focusin', ({ target }) => {
        const dialog = target.closest('[role=dialog]');
        const opens = dialog !== null && !opened.has(dialog);
        if (opens) opened.add(dialog);
        if (isTextField(target) && !pressed && !opens) press();
        pressed = false;
    }, true);";

impl Window {
    /// Starts to count presses, from zero.
    pub async fn count_presses(&self) {
        self.run_script(COUNT).await.unwrap();
    }

    /// Prints the presses since [`Window::count_presses`] and checks that a task took at most `limit`.
    pub async fn assert_presses(&self, task: &str, limit: u64) {
        let presses = self.run_script("return window.presses").await.unwrap().as_u64().unwrap();
        let story = std::thread::current();
        assert!(
            story.name().is_some_and(|name| name.contains("presses")),
            "make bench would leave {task} out"
        );
        println!("presses: {task}: {presses} (at most {limit})");
        assert!((1..=limit).contains(&presses), "{task} took {presses} presses");
    }
}
