//! The HTML page in headless Chromium, where it is installed: no script error, no horizontal
//! scroll at the width of a phone, and filters that filter.

use crate::cases::together;
use crate::spec_folder::Folder;
use std::path::Path;
use std::process::Command;

/// Runs in the page after its own script; what it finds stands in the document's title.
const PROBE: &str = r#"<script>
window.addEventListener("load", () => {
  const articles = () => [...document.querySelectorAll("article.change")].filter((e) => e.checkVisibility()).length;
  const type = (text) => {
    document.querySelector("[name=search]").value = text;
    document.getElementById("filters").dispatchEvent(new Event("input"));
  };
  document.querySelectorAll("details").forEach((e) => (e.open = true));
  const result = {
    width: document.documentElement.clientWidth,
    scroll: document.documentElement.scrollWidth,
    all: articles(),
    background: getComputedStyle(document.body).backgroundColor,
    errors: window.errors ?? 0,
  };
  type("screenrecording no such thing");
  result.nothing = articles();
  result.said = !document.getElementById("nothing").hidden;
  type("request-parameter-removed");
  result.found = articles();
  type("");
  document.querySelector("[value=permission]").click();
  result.withoutPermissions = articles();
  result.chapters = [...document.querySelectorAll(".chapter > h2")].filter((e) => e.checkVisibility()).length;
  document.title = JSON.stringify(result);
});
</script>"#;

fn chromium() -> Option<&'static str> {
    let runs = |program: &&str| {
        Command::new(program)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
    };
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(runs)
}

fn probe(program: &str, page: &Path, width: u32, dark: bool) -> serde_json::Value {
    let profile = tempfile::tempdir().unwrap();
    let scheme = i32::from(!dark);
    let output = Command::new(program)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={width},900"))
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .args(["--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let document = String::from_utf8_lossy(&output.stdout);
    let title = document
        .split("<title>")
        .nth(1)
        .and_then(|rest| rest.split("</title>").next())
        .unwrap_or_default();
    serde_json::from_str(&title.replace("&quot;", "\"")).unwrap_or_else(|_| {
        panic!(
            "the page's script ended early: {title}\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

#[test]
#[ignore = "needs Chromium"]
fn the_page_works_in_a_browser() {
    let program = chromium().expect("Chromium is installed");
    let folder = Folder::new();
    folder.write_ir("old", &together(|name, case| case.before(name)));
    folder.write_ir("new", &together(|name, case| case.after(name)));
    let html = folder
        .xtask(&["diff", "old", "new", "--format", "html"])
        .out;
    let watched = html.replacen(
        "<head>",
        "<head><script>window.onerror = () => { window.errors = 1; };</script>",
        1,
    );
    let page = folder.write(
        "page.html",
        &watched.replacen("</body>", &format!("{PROBE}</body>"), 1),
    );
    let (light, dark) = (
        probe(program, &page, 1280, false),
        probe(program, &page, 500, true),
    );
    for result in [&light, &dark] {
        assert_eq!(result["errors"], 0, "{result}");
        assert_eq!(
            result["scroll"], result["width"],
            "no horizontal scroll: {result}"
        );
        assert_eq!(result["nothing"], 0, "{result}");
        assert_eq!(result["said"], true, "{result}");
        assert_eq!(result["found"], 1, "{result}");
        assert_eq!(result["chapters"], 2, "who may call is hidden: {result}");
        let (all, without) = (
            result["all"].as_u64().unwrap(),
            result["withoutPermissions"].as_u64().unwrap(),
        );
        assert!(0 < without && without < all, "{result}");
    }
    assert_ne!(light["background"], dark["background"], "light and dark");
    assert!(dark["width"].as_u64().unwrap() <= 500, "{dark}");
}
