//! `.wait()` on the request builder of an operation that starts a job. Pure.

use crate::plan::{Home, OperationPlan, PagePlan, Plan};
use crate::rust_type::{ident, owned};
use proc_macro2::TokenStream;
use quote::quote;
use spec::Job;

/// The method, where the operation starts a job. The resolving stage saw to it that the job's
/// other operations stand on the same page.
pub fn method(plan: &Plan<'_>, planned: &OperationPlan<'_>) -> Option<TokenStream> {
    let Job {
        id,
        poll,
        results,
        state,
        done,
        failed,
        reason,
        percent,
    } = planned.operation.job.as_ref()?;
    let page = page_of(plan, planned);
    let find = |id: &str| page.operations.iter().find(|it| it.operation.id == id);
    let (poll, results) = (find(poll)?, find(results)?);
    let results_path = segments_below(&poll.operation.path, &results.operation.path);
    let returns = owned(&results.operation.returns);
    let call = quote!(runtime::Call<#returns>);
    let (output, make) = if let Some(builder) = &results.builder {
        let builder = ident(builder);
        let module = module(plan, page, planned, results);
        (
            quote!(#module #builder),
            quote!(|parts| #module #builder(runtime::Call::new(parts))),
        )
    } else {
        (call, quote!(runtime::Call::new))
    };
    // The operation that gives the results may have differing copies, so it is one page's own.
    let is_shared = planned.home != Home::Page;
    let needs_page = is_shared && [poll, results].iter().any(|it| it.home == Home::Page);
    let feature = &page.feature;
    let needs_page = needs_page.then(|| quote!(#[cfg(feature = #feature)]));
    let poll = entry(plan, page, planned, poll);
    let results = entry(plan, page, planned, results);
    let (reason, percent) = (optional(reason.as_ref()), optional(percent.as_ref()));
    Some(quote! {
        /// Starts the job and waits for it; awaiting it gives the call for the results.
        #needs_page
        pub fn wait(self) -> runtime::Wait<#output> {
            static JOB: runtime::Job = runtime::Job {
                id: #id,
                poll: #poll,
                results: #results,
                results_path: #results_path,
                state: #state,
                done: &[#(#done),*],
                failed: &[#(#failed),*],
                reason: #reason,
                percent: #percent,
            };
            runtime::Wait::new(self.0.into_parts(), &JOB, #make)
        }
    })
}

/// What the results' path has more than that of the state; pages may call the same variable
/// differently.
fn segments_below(poll: &str, results: &str) -> String {
    let rest = results.split('/').skip(poll.split('/').count());
    rest.fold(String::new(), |path, segment| path + "/" + segment)
}

/// The page whose module or plan this operation was taken from.
fn page_of<'p, 'a>(plan: &'p Plan<'a>, planned: &OperationPlan<'_>) -> &'p PagePlan<'a> {
    let same = |it: &OperationPlan<'_>| std::ptr::eq(it.operation, planned.operation);
    let mut pages = plan.pages.iter();
    let page = pages.find(|page| page.operations.iter().any(same));
    page.expect("each planned operation stands on its page")
}

fn optional(text: Option<&String>) -> TokenStream {
    if let Some(text) = text {
        quote!(::std::option::Option::Some(#text))
    } else {
        quote!(::std::option::Option::None)
    }
}

/// The module of what `there` is made of, as the one of `here` names it.
fn module(
    plan: &Plan<'_>,
    page: &PagePlan<'_>,
    here: &OperationPlan<'_>,
    there: &OperationPlan<'_>,
) -> TokenStream {
    match there.home {
        home if home == here.home => TokenStream::new(),
        Home::Page => {
            let module = ident(&page.module);
            quote!(crate::operations::#module::)
        }
        Home::Shared(index) => {
            let module = ident(&plan.shared[index].module);
            quote!(crate::operations::shared::#module::)
        }
    }
}

/// An operation's entry in the table of those that stand beside it.
fn entry(
    plan: &Plan<'_>,
    page: &PagePlan<'_>,
    here: &OperationPlan<'_>,
    there: &OperationPlan<'_>,
) -> TokenStream {
    let module = module(plan, page, here, there);
    let variant = ident(&there.variant);
    quote!(&#module OPERATIONS[#module OperationId::#variant as usize])
}
