// SPDX-License-Identifier: Apache-2.0

import MockServer

/// Takes a message on by POST (OAuth 2.0 Form Post Response Mode, SAML Bindings 3.5).
///
/// What it says fits an answer; `title` and `text` may say something else.
///
/// Without JavaScript, a button does it.
struct FormPostPage {
    let brand: Brand
    let action: String
    let parameters: [Parameter]
    var title = "You are signed in"
    var text = "One moment, we are taking you back to the application."

    func html() -> HTML {
        Page.html(
            brand, title: title,
            """
            <p class="lead">\(text)</p>
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
