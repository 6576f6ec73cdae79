import type { Module } from '../kernel/module.ts';
import { serveAssets } from './assets.ts';
import { accountPages } from './pages/account.tsx';
import { aboutPages } from './pages/about.tsx';
import { apiPages } from './pages/api.tsx';
import { applyPages } from './pages/apply.tsx';
import { askBoardPages } from './pages/ask-board.tsx';
import { askFollowPages } from './pages/ask-follow.tsx';
import { askPages } from './pages/ask.tsx';
import { calendarPage } from './pages/calendar.tsx';
import { findPages } from './pages/find.tsx';
import { guidePages } from './pages/guide.tsx';
import { homePage } from './pages/home.tsx';
import { ownLandPages } from './pages/land-own.tsx';
import { landPages } from './pages/land.tsx';
import { licencePages } from './pages/licences.tsx';
import { myApplicationPages } from './pages/my-application.tsx';
import { myPages } from './pages/my.tsx';
import { projectAcceptancePages } from './pages/project-acceptance.tsx';
import { projectHomePages } from './pages/project-home.tsx';
import { projectRegisterPages } from './pages/project-register.tsx';
import { projectRoomPages } from './pages/project-rooms.tsx';
import { projectStagePages } from './pages/project-stage.tsx';
import { projectSurveyPages } from './pages/project-survey.tsx';
import { projectsPages } from './pages/projects.tsx';
import { ratingPages } from './pages/ratings.tsx';
import { planPages } from './pages/plan.tsx';
import { submitPages } from './pages/submit.tsx';
import { verifyPages } from './pages/verify.tsx';
import { createSite } from './site.ts';

/** The public site: HTML from the server, complete without JavaScript. It knows the platform only through its endpoints. */
export const portal: Module = {
  name: 'portal',
  errors: {},
  routes: [],
  async serve(http, platform) {
    // An encapsulated part of the server: its errors are pages, those of the API stay problems.
    await http.register(async (pages) => {
      serveAssets(pages);
      const site = createSite(pages, platform);
      for (const add of [
        homePage,
        findPages,
        guidePages,
        applyPages,
        submitPages,
        myPages,
        myApplicationPages,
        accountPages,
        landPages,
        ownLandPages,
        projectsPages,
        projectRegisterPages,
        projectHomePages,
        projectStagePages,
        projectRoomPages,
        projectSurveyPages,
        projectAcceptancePages,
        planPages,
        licencePages,
        verifyPages,
        askPages,
        askFollowPages,
        askBoardPages,
        ratingPages,
        calendarPage,
        apiPages,
        aboutPages,
      ])
        add(site);
    });
  },
};
