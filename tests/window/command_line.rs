//! The command line while the window has the partner open.

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn a_command_decides_in_the_open_window_whose_screens_follow() {
    let fixture = Fixture::from_file(&[]).await;
    let window = &fixture.window;
    window.wait_for_row(&["Harbor Coffee"]).await;
    let run = |arguments: &[&str]| fixture.harness.command_line(arguments);

    let (code, output, errors) = run(&["allocate", "accounts", "Harbor Coffee", "--to", "Bluebird Tea"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.contains("Saved: "), "{output}");
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods", "Bluebird Tea"]).await;

    let (code, _, errors) = run(&["allocate", "accounts", "Harbor Coffee", "--to", "Bluebird Tea"]);
    assert_eq!(
        (code, errors.as_str()),
        (3, "Blocked. Nothing was changed.\n- There is nothing to change.\n")
    );
    let (code, table, _) = run(&["list", "accounts", "--allocated", "yes"]);
    assert!(code == 0 && table.contains("Harbor Coffee"), "{table}");

    let default = ["--default", "Bluebird Foods=none"];
    let deallocate = ["deallocate", "accounts", "Harbor Coffee", "--from", "Bluebird Tea"];
    assert_eq!(run(&deallocate).0, 3);
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods", "Bluebird Tea"]).await;
    assert_eq!(run(&[&deallocate[..], &default].concat()).0, 0);
    window.wait_until_no_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    fixture.close().await;
}
