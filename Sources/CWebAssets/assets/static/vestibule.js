// The one thing a form cannot do by itself: go on to the identity provider without a click. The button stays for
// browsers that run no script and for people who come back with the Back button. `submit` is taken from the prototype
// because a field of that name would shadow the form's own.
const form = document.querySelector("form[data-autosubmit]");
if (form) HTMLFormElement.prototype.submit.call(form);
