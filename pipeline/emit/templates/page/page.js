"use strict";
// Lọc hàng của bảng; không có đoạn này trang vẫn đọc được trọn vẹn.
(() => {
  const box = document.querySelector(".filter");
  const rows = [...document.querySelectorAll("tbody tr")];
  if (!rows.length) return;
  const fold = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\s+/g, " ");
  const texts = rows.map((row) => fold(row.textContent));
  const output = box.querySelector("output");
  box.hidden = false;
  box.querySelector("input").addEventListener("input", (event) => {
    const wanted = fold(event.target.value).trim();
    let shown = 0;
    rows.forEach((row, place) => {
      row.hidden = !texts[place].includes(wanted);
      shown += !row.hidden;
    });
    output.textContent = wanted ? shown + "/" + rows.length + " nhiệm vụ" : "";
  });
})();
