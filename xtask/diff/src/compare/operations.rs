//! One operation against its earlier self: name, page, promise, callers, paging, response.
//! Parameters have their own file.

use super::collector::{ChangeCollector, Impacts, sides, texts};
use super::context::{Context, subject_of};
use super::verdict::{SeenByCallers, differ};
use super::{parameters, permissions, types};
use crate::change::{Change, Id, Impact};
use crate::escape::code;
use spec::{Operation, Page};
use templates::OperationSurface;

use Impact::{Breaking, Compatible, None as Unchanged};

/// Every change of an operation that both versions have.
pub(super) fn compare(
    context: &Context<'_>,
    old_page: &Page,
    old: &Operation,
    new_page: &Page,
    new: &Operation,
) -> Vec<Change> {
    if old == new && old_page.api == new_page.api {
        return Vec::new(); // most of them, most of the time
    }
    // Every fact is named, so that rustc asks here what becomes of a new one.
    let Operation {
        id: _,
        method: _, // identifies the operation
        path: _,   // likewise, but for the names of its variables, which are the parameters'
        summary: _,
        description: _,
        preview: _,
        deprecated: _,
        safe: _,
        safe_because: _, // our reason for what is compared above
        permissions: _,
        paging: _,
        job: _,
        parameters: _,
        returns: _,
        produces: _,
    } = new;
    let mut changes = ChangeCollector::at(subject_of(new_page, new));
    let seen = context.seen((old_page, old), (new_page, new));
    names(context, old_page, old, new_page, new, &mut changes);
    promises(old, new, &mut changes);
    if let Some(found) = permissions::compare(old.permissions.as_ref(), new.permissions.as_ref()) {
        changes.push_access(found.id, (found.old, found.new), found.access, found.text);
    }
    paging(old, new, seen, &mut changes);
    job(old, new, seen, &mut changes);
    parameters::compare(context, old, new, seen, &mut changes);
    returns(context, old, new, seen, &mut changes);
    prose(old, new, &mut changes);
    changes.changes
}

fn names(
    context: &Context<'_>,
    old_page: &Page,
    old: &Operation,
    new_page: &Page,
    new: &Operation,
    changes: &mut ChangeCollector,
) {
    if old_page.api != new_page.api {
        changes.push(
            Id::OperationMoved,
            sides(&old_page.api, &new_page.api),
            Impacts {
                wire: Unchanged,
                rust: Breaking,
            },
            format!(
                "It moved from {} to {}: the request is the same, but code reaches it through \
                 another module.",
                old_page.api, new_page.api
            ),
        );
    }
    if old.id == new.id {
        return;
    }
    let has_alias = context
        .renamed
        .iter()
        .any(|entry| entry.api == new_page.api && entry.old == old.id && entry.new == new.id);
    let (rust, alias) = if has_alias {
        (
            Compatible,
            "renamed.yaml keeps the old method as a deprecated alias",
        )
    } else {
        (
            Breaking,
            "code that calls the old name does not compile without an alias in renamed.yaml",
        )
    };
    changes.push(
        Id::OperationRenamed,
        sides(&old.id, &new.id),
        Impacts {
            wire: Unchanged,
            rust,
        },
        format!(
            "The same request is now called {}, no longer {}; {alias}.",
            code(&new.id),
            code(&old.id)
        ),
    );
}

fn promises(old: &Operation, new: &Operation, changes: &mut ChangeCollector) {
    match (old.deprecated, new.deprecated) {
        (false, true) => changes.push(
            Id::EndpointDeprecated,
            sides("supported", "deprecated"),
            Impacts::COMPATIBLE,
            "The vendor asks callers to stop using it; code that calls it gets a deprecation \
                 warning."
                .to_owned(),
        ),
        (true, false) => changes.push(
            Id::EndpointReactivated,
            sides("deprecated", "supported"),
            Impacts::COMPATIBLE,
            "It is no longer deprecated; the warning goes away.".to_owned(),
        ),
        _ => {}
    }
    match (old.preview, new.preview) {
        (false, true) => changes.push(
            Id::StabilityDecreased,
            sides("stable", "preview"),
            Impacts {
                wire: Breaking,
                rust: Unchanged,
            },
            "It became a preview: the vendor may now change it at any time without notice."
                .to_owned(),
        ),
        (true, false) => changes.push(
            Id::StabilityIncreased,
            sides("preview", "stable"),
            Impacts {
                wire: Compatible,
                rust: Unchanged,
            },
            "It is no longer a preview, which may change at any time without notice.".to_owned(),
        ),
        _ => {}
    }
    if old.safe != new.safe {
        changes.push(
            Id::SafeChanged,
            sides(&old.safe, &new.safe),
            Impacts::NONE,
            if new.safe {
                "It is now known to only read, so the client may send it again after a failure."
                    .to_owned()
            } else {
                "It is no longer known to only read, so the client does not send it again after \
                 a failure."
                    .to_owned()
            },
        );
    }
}

/// The paging in one line.
fn describe_paging(paging: &spec::Paging) -> String {
    let spec::Paging {
        style,
        parameter,
        location,
        next,
        items,
    } = paging;
    let style = style.as_str();
    let place = match location {
        spec::Location::Query => "",
        spec::Location::Body | spec::Location::Path | spec::Location::Header => {
            &format!(" in the {location}")
        }
    };
    format!("{style} by {parameter}{place}, {next} to {items}")
}

fn paging(
    old: &Operation,
    new: &Operation,
    seen: SeenByCallers<'_, OperationSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    match (&old.paging, &new.paging) {
        (None, Some(is)) => changes.push(
            Id::PagingAdded,
            (None, Some(describe_paging(is))),
            Impacts {
                wire: Unchanged,
                rust: if seen.becomes_builder() {
                    Breaking
                } else {
                    Compatible
                },
            },
            "The client can now iterate over all pages of the result, on the request builder."
                .to_owned(),
        ),
        (Some(old), None) => changes.push(
            Id::PagingRemoved,
            (Some(describe_paging(old)), None),
            Impacts {
                wire: Unchanged,
                rust: Breaking,
            },
            "The client can no longer iterate over all pages of the result.".to_owned(),
        ),
        (Some(old), Some(new)) if old != new => {
            // Who walks the pages names the item's type only.
            let rust = differ(&seen.was.items, &seen.is.items);
            changes.push(
                Id::PagingChanged,
                sides(&describe_paging(old), &describe_paging(new)),
                Impacts {
                    wire: Unchanged,
                    rust,
                },
                "Further pages of the result are requested in another way.".to_owned(),
            );
        }
        _ => {}
    }
}

/// The job in one line.
fn describe_job(job: &spec::Job) -> String {
    let spec::Job {
        id,
        poll,
        results,
        state,
        done,
        failed,
        reason,
        percent,
    } = job;
    let mut text = format!(
        "`{id}`; {poll} until `{state}` is {}, failed when it is {}; then {results}",
        done.join(" or "),
        failed.join(" or ")
    );
    for field in reason.iter().chain(percent) {
        text += &["; `", field, "`"].concat();
    }
    text
}

fn job(
    old: &Operation,
    new: &Operation,
    seen: SeenByCallers<'_, OperationSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    match (&old.job, &new.job) {
        (None, Some(is)) => changes.push(
            Id::JobAdded,
            (None, Some(describe_job(is))),
            Impacts {
                wire: Unchanged,
                rust: if seen.becomes_builder() {
                    Breaking
                } else {
                    Compatible
                },
            },
            "The client can now wait for the job that it starts, on the request builder."
                .to_owned(),
        ),
        (Some(was), None) => changes.push(
            Id::JobRemoved,
            (Some(describe_job(was)), None),
            Impacts {
                wire: Unchanged,
                rust: Breaking,
            },
            "The client can no longer wait for the job that it starts.".to_owned(),
        ),
        (Some(was), Some(is)) if was != is => {
            // Who waits for it names the request of the results only.
            let rust = if was.results == is.results {
                Unchanged
            } else {
                Breaking
            };
            changes.push(
                Id::JobChanged,
                sides(&describe_job(was), &describe_job(is)),
                Impacts {
                    wire: Unchanged,
                    rust,
                },
                "The job that it starts is waited for in another way.".to_owned(),
            );
        }
        _ => {}
    }
}

fn returns(
    context: &Context<'_>,
    old: &Operation,
    new: &Operation,
    seen: SeenByCallers<'_, OperationSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    let (was, is) = (old.media_type(), new.media_type());
    if was != is {
        changes.push(
            Id::ResponseMediaTypeChanged,
            sides(was, is),
            Impacts {
                wire: Breaking,
                rust: Unchanged,
            },
            format!(
                "The response was {} and is {}: who asks for the old one alone may be refused \
                 (406), and what reads it cannot read the new one.",
                code(was),
                code(is)
            ),
        );
    }
    if old.returns == new.returns {
        return;
    }
    let wire = types::response_impact(context, &old.returns, &new.returns);
    changes.push(
        Id::ResponseTypeChanged,
        sides(&old.returns, &new.returns),
        Impacts {
            wire,
            rust: differ(&seen.was.returns, &seen.is.returns),
        },
        format!(
            "The response was {} and is {}; {}.",
            code(&old.returns.to_string()),
            code(&new.returns.to_string()),
            types::readers(wire)
        ),
    );
}

fn prose(old: &Operation, new: &Operation, changes: &mut ChangeCollector) {
    if old.summary != new.summary {
        changes.push(
            Id::SummaryChanged,
            texts(&old.summary, &new.summary),
            Impacts::NONE,
            "The one-line summary is worded differently.".to_owned(),
        );
    }
    if old.description != new.description {
        changes.push(
            Id::DescriptionChanged,
            texts(&old.description, &new.description),
            Impacts::NONE,
            "The description is worded differently.".to_owned(),
        );
    }
}
