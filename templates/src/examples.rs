//! `examples`: programs of templates/client/examples. Each is rendered if the API has all that it calls.
//! Pure: the texts are included when this crate is compiled.

use crate::plan::{PagePlan, Plan};
use crate::print::{self, RenderedFile, quoted};

/// A program, and the parts of the API that it needs.
struct Example {
    name: &'static str,
    text: &'static str,
    /// The page that it calls; `None` if it calls none.
    api: Option<&'static str>,
    /// It runs against the mock.
    mocked: bool,
    /// It has tests of its own.
    tested: bool,
    /// It subscribes to events.
    events: bool,
    operations: &'static [&'static str],
    /// Fields by model.
    fields: &'static [(&'static str, &'static str)],
}

const EXAMPLES: [Example; 6] = [
    Example {
        name: "audit",
        text: include_str!("../client/examples/audit.rs"),
        api: Some("OrganizationAuthorizationApi"),
        mocked: true,
        tested: false,
        events: false,
        operations: &["postOrgauthorizationTrusteesAudits"],
        fields: &[
            ("TrusteeAuditQueryRequest", "trusteeOrganizationIds"),
            ("TrusteeAuditQueryRequest", "trusteeUserIds"),
        ],
    },
    Example {
        name: "day",
        text: include_str!("../client/examples/day.rs"),
        api: None,
        mocked: true,
        tested: true,
        events: false,
        operations: &[],
        fields: &[],
    },
    Example {
        name: "grant_roles",
        text: include_str!("../client/examples/grant_roles.rs"),
        api: Some("OrganizationAuthorizationApi"),
        mocked: true,
        tested: false,
        events: false,
        operations: &[
            "getOrgauthorizationTrusteeUserRoles",
            "putOrgauthorizationTrusteeUserRoles",
        ],
        fields: &[("UserAuthorization", "roles"), ("DomainRole", "id")],
    },
    Example {
        name: "least_privilege",
        text: include_str!("../client/examples/least_privilege.rs"),
        api: None,
        mocked: false,
        tested: false,
        events: false,
        operations: &[],
        fields: &[],
    },
    Example {
        name: "list_trusts",
        text: include_str!("../client/examples/list_trusts.rs"),
        api: Some("OrganizationAuthorizationApi"),
        mocked: true,
        tested: false,
        events: false,
        operations: &["getOrgauthorizationTrustees"],
        fields: &[
            ("TrustEntityListing", "entities"),
            ("Trustee", "id"),
            ("Trustee", "enabled"),
        ],
    },
    Example {
        name: "watch_presence",
        text: include_str!("../client/examples/watch_presence.rs"),
        api: None,
        mocked: true,
        tested: false,
        events: true,
        operations: &[],
        fields: &[],
    },
];

/// Renders them.
pub fn render(plan: &Plan<'_>) -> Vec<RenderedFile> {
    let fitting = fitting(plan);
    let files = fitting.map(|(example, _)| {
        let source = format!("templates/client/examples/{}.rs", example.name);
        let text = example.text.replace("{krate}", &plan.krate);
        print::text(
            &format!("examples/{}.rs", example.name),
            "//",
            &source,
            &text,
        )
    });
    files.collect()
}

/// The targets of the manifest.
pub fn targets(plan: &Plan<'_>) -> String {
    let targets = fitting(plan).filter_map(|(example, page)| {
        let mock = example.mocked.then_some("mock");
        let feature = page.map(|page| page.feature.as_str());
        let events = example.events.then_some("events");
        let needed: Vec<String> = mock
            .into_iter()
            .chain(feature)
            .chain(events)
            .map(quoted)
            .collect();
        if needed.is_empty() {
            return None;
        }
        let (name, needed) = (example.name, needed.join(", "));
        let test = if example.tested { "test = true\n" } else { "" };
        Some(format!(
            "\n[[example]]\nname = \"{name}\"\n{test}required-features = [{needed}]\n"
        ))
    });
    targets.collect()
}

fn fitting<'a>(
    plan: &'a Plan<'_>,
) -> impl Iterator<Item = (&'static Example, Option<&'a PagePlan<'a>>)> {
    EXAMPLES.iter().filter_map(|example| {
        let Some(api) = example.api else {
            return Some((example, None));
        };
        let page = plan.pages.iter().find(|page| page.page.api == api)?;
        let has_operation = |id: &&str| page.operations.iter().any(|o| o.operation.id == **id);
        let has_field = |(model, field): &(&str, &str)| {
            let described = plan.input.api.models.get(model);
            described.is_some_and(|model| model.fields.iter().any(|f| f.wire_name() == *field))
        };
        let fits =
            example.operations.iter().all(has_operation) && example.fields.iter().all(has_field);
        fits.then_some((example, Some(page)))
    })
}
