// The payer's page: copying, the time that is left, and noticing when somebody else has decided.

const sheet = document.getElementById("sheet");
const copy = document.getElementById("copy");
const time = document.getElementById("time");

function startCopying() {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const code = document.getElementById("code");
    try {
      await navigator.clipboard.writeText(code.value);
    } catch {
      // Browsers lend the clipboard to secure addresses only.
      code.select();
      document.execCommand("copy");
    }
    copy.textContent = "Copiado";
    document.getElementById("copied").textContent = "Código copiado. Agora cole no aplicativo do seu banco.";
    setTimeout(() => { copy.textContent = "Copiar código"; }, 2000);
  });
}

function startCountdown() {
  const over = performance.now() + Number(time.dataset.secondsLeft) * 1000;
  document.getElementById("time-words").textContent = "Expira em";
  const show = () => {
    const left = Math.max(0, Math.ceil((over - performance.now()) / 1000));
    const parts = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    const shown = parts[0] > 0 ? parts : parts.slice(1);
    document.getElementById("time-value").textContent =
      shown.map((part) => String(part).padStart(2, "0")).join(":");
    time.classList.toggle("short", left <= 60);
    if (left === 0) {
      clearInterval(ticking);
      setTimeout(() => location.reload(), 1000);
    }
  };
  const ticking = setInterval(show, 1000);
  show();
}

async function watch() {
  try {
    const answer = await fetch(sheet.dataset.statusUrl, { cache: "no-store" });
    if (answer.ok && (await answer.json()).status !== sheet.dataset.status) {
      location.reload();
      return;
    }
  } catch {
    // The network is away for a moment; the next round asks again.
  }
  setTimeout(watch, 2000);
}

if (time) {
  startCopying();
  startCountdown();
}
watch();
