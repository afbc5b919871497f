// The button says which time it moves to, as soon as one is chosen.
const button = document.querySelector("[data-deed]");
const name = () => {
  const chosen = document.querySelector("[name=start]:checked");
  if (!chosen || !button) return;
  const time = document.createElement("span");
  time.className = "nb";
  time.textContent = chosen.closest("label").querySelector("time").textContent;
  const [day, ...date] = chosen.closest("section").querySelector("h2").textContent.split(" ");
  button.firstElementChild.replaceChildren(
    `${button.dataset.deed} ${day.slice(0, 3)} ${date.join(" ")}, `, time,
  );
};
document.addEventListener("change", name);
name();
