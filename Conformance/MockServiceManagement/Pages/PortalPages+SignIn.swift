// SPDX-License-Identifier: Apache-2.0

import Broker
import MockServer

/// Pages on the way in and out.
extension PortalPages {
    /// A sign-in or logout that was refused: the code is for whoever looks for the reason.
    func signInFailed(code: String, again path: String) -> HTML {
        frame.page(
            "We could not sign you in",
            """
            <div class="panel"><p class="problem" role="alert">Something is wrong with the answer of your \
            organization: <code>\(code)</code></p><p><a href="\(frame.base)\(path)">Try again</a></p></div>
            """)
    }

    /// A form that sends itself, and by its button where there are no scripts.
    func posting(_ fields: [FormParameter], to url: String) -> HTML {
        frame.page(
            "One moment",
            """
            <form class="panel" method="post" action="\(url)">
            \(HTML.each(fields) { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" })
            <button>Continue</button>
            </form>
            <script>document.forms[0].submit()</script>
            """)
    }
}
