// SPDX-License-Identifier: Apache-2.0

import MockServer

/// The sign-in page: a field, a button, and the users there are.
struct SignInPage {
    let visit: OPVisit
    let request: AuthorizationRequest
    let handle: String

    func html(typed: String? = nil, problem: String? = nil) -> HTML {
        Page.html(
            visit, title: "Sign in",
            """
            <p class="lead">to continue to <strong>\(request.clientID)</strong></p>
            \(problem.map { "<p class=\"problem\" role=\"alert\">\($0)</p>" as HTML } ?? "")
            <form method="post" action="/op/\(visit.tenant.definition.name)/login">
            <input type="hidden" name="request" value="\(handle)">
            <label for="user">E-mail or user name</label>
            <input id="user" name="user" value="\(typed ?? request.loginHint ?? "")" autocomplete="username" autofocus>
            <label for="password">Password</label>
            <input id="password" name="password" type="password" placeholder="Any password will do" \
            autocomplete="off">
            \(faults)
            <div class="buttons"><button>Sign in</button>\
            <button class="quiet" name="cancel" value="1">Cancel</button></div>
            \(people)
            </form>
            """)
    }

    private var people: HTML {
        let users = visit.tenant.definition.users
        guard !users.isEmpty else { return "" }
        return """
            <h2>Or sign in as</h2>
            <div class="people">
            \(HTML.each(users.prefix(8)) { user in
                """
                <button class="person" name="pick" value="\(user.userName)">\
                <span class="face" aria-hidden="true">\(user.name.prefix(1).uppercased())</span>\
                <span><strong>\(user.name)</strong><small>\(user.email ?? user.userName)</small></span></button>
                """
            })
            </div>
            """
    }

    private var faults: HTML {
        guard visit.tenant.definition.offersFaults else { return "" }
        return """
            <label for="fault">Mistake to make in this sign-in</label>
            <select id="fault" name="fault"><option value="">None</option>
            \(HTML.each(OPFault.allCases) { fault in
                "<option value=\"\(fault.rawValue)\">\(fault.rawValue) (\(fault.rule))</option>"
            })
            </select>
            """
    }
}
