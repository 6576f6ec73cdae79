// Comfort only: every page works without it.
var summary = document.querySelector('[role=alert]');
if (summary) summary.focus();
document.addEventListener('submit', function (event) {
  var form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = '1';
  setTimeout(function () {
    delete form.dataset.sent;
  }, 8000);
});
document.querySelectorAll('[data-print]').forEach(function (button) {
  button.hidden = false;
  button.addEventListener('click', function () {
    print();
  });
});
