import Broker
import BrokerEngine
import SAML

extension InboundMessage {
    /// Takes the message out of a request to a facade: out of the raw query for GET, out of the form for POST.
    init(_ request: FacadeRequest) throws(FacadeError) {
        // Whatever stands there twice refuses, in either binding.
        let parameters = try request.parameters()
        do throws(SAMLError) {
            self =
                switch request.method {
                case .get: .redirect(try RedirectMessage(rawQuery: Array(request.query.utf8)))
                case .post: .post(try PostMessage(parameters))
                }
        } catch {
            throw FacadeError(.malformedRequest, detail: error.detail, rule: error.rule)
        }
    }
}

extension SAMLError {
    /// What the engine is told of a message that was refused.
    var facadeError: FacadeError {
        // By redirect it is read after the signature, and it is the binding's rule all the same.
        let code: FacadeError.Code = rule == "relay_state_too_long" ? .malformedRequest : .messageRefused
        return FacadeError(code, detail: detail, rule: rule)
    }
}

extension MessageDelivery {
    /// As a step of a browser.
    var facadeStep: FacadeStep {
        switch self {
        case .redirect(let url): .redirect(url)
        case .formPost(let url, let fields): .formPost(url, fields)
        }
    }
}
