// SPDX-License-Identifier: Apache-2.0

import MockServer

/// Takes the answer back by POST (OAuth 2.0 Form Post Response Mode).
///
/// Without JavaScript, a button does it.
struct FormPostPage {
    let visit: OPVisit
    let action: String
    let parameters: [Parameter]

    func html() -> HTML {
        Page.html(
            visit, title: "You are signed in",
            """
            <p class="lead">One moment, we are taking you back to the application.</p>
            <form method="post" action="\(action)">
            \(HTML.each(parameters) { parameter in
                "<input type=\"hidden\" name=\"\(parameter.name)\" value=\"\(parameter.value)\">"
            })
            <div class="buttons"><button>Continue</button></div>
            </form>
            <script>document.forms[0].submit()</script>
            """)
    }
}
